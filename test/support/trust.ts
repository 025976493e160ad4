import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { TlsConfig } from '../../server/config/config.ts';
import { run } from './namespace.ts';

/** What goes into the environment of a browser that trusts a certificate, a folder of its own each. */
export type NewHome = () => Readonly<Record<string, string>>;

/** A certificate for names of a test, and browsers' home folders that trust it. */
export interface Trust extends TlsConfig {
  readonly home: NewHome;
  close(): void;
}

/** Makes certificate, key and trust. Needs certutil of the package libnss3-tools. */
export async function openTrust(names: readonly string[], days = 30): Promise<Trust> {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-trust-'));
  const files = await writeCertificate(folder, 'site', names, days);
  return {
    ...files,
    home: homesThatTrust(folder, files.certFile),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Home folders, in `folder`, of browsers that trust a certificate of a file and what it signs. */
export function homesThatTrust(folder: string, certFile: string): NewHome {
  let homes = 0;
  return () => {
    homes += 1;
    const home = join(folder, `home-${homes}`);
    const store = join(home, '.pki/nssdb');
    mkdirSync(store, { recursive: true });
    run('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
    run('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'test', '-i', certFile]);
    return { HOME: home };
  };
}

/** Writes a self-signed certificate and its key as PEM files. */
export async function writeCertificate(
  folder: string,
  file: string,
  names: readonly string[],
  days: number,
): Promise<TlsConfig> {
  const day = 24 * 3_600_000;
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] ?? 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - day),
    notAfterDate: new Date(Date.now() + days * day),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    ],
  });
  const files = { certFile: join(folder, `${file}.pem`), keyFile: join(folder, `${file}.key`) };
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  return files;
}
