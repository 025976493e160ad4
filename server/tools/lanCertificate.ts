import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { TlsConfig } from '../config/config.ts';

const DAY = 24 * 60 * 60 * 1000;

/** IPv4 addresses under which other machines of the local network reach this one. */
export function lanAddresses(interfaces = networkInterfaces()): string[] {
  return Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter((info) => !info.internal && info.family === 'IPv4')
    .map((info) => info.address);
}

function serves(certFile: string, addresses: readonly string[], now: number): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(certFile));
    return (
      certificate.validToDate.getTime() - now > 7 * DAY &&
      addresses.every((address) => certificate.checkIP(address) !== undefined)
    );
  } catch {
    return false;
  }
}

/**
 * A self-signed certificate for this machine's addresses, kept in the data folder, and made anew when an address
 * has been added or it is about to run out. `addresses`: IPv4.
 */
export async function lanCertificate(
  dataDir: string,
  addresses: readonly string[],
  now: number = Date.now(),
): Promise<TlsConfig> {
  const tls = { certFile: join(dataDir, 'lan-certificate.pem'), keyFile: join(dataDir, 'lan-key.pem') };
  if (serves(tls.certFile, addresses, now)) return tls;
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Sealroom on this network' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY),
    notAfterDate: new Date(now + 365 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...['127.0.0.1', ...addresses].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(tls.keyFile, key, { mode: 0o600 });
  writeFileSync(tls.certFile, cert);
  return tls;
}
