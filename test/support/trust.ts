import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { TlsConfig } from '../../server/config/config.ts';
import { run } from './namespace.ts';

/** A certificate for names of a test, and browsers' home folders that trust it. */
export interface Trust extends TlsConfig {
  /** What goes into the environment of a browser that trusts it, a folder of its own each. */
  home(): Readonly<Record<string, string>>;
  close(): void;
}

/** Makes certificate, key and trust. Needs certutil of the package libnss3-tools. */
export async function openTrust(names: readonly string[], days = 30): Promise<Trust> {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-trust-'));
  const files = await writeCertificate(folder, 'site', names, days);
  let homes = 0;
  return {
    ...files,
    home: () => {
      homes += 1;
      const home = join(folder, `home-${homes}`);
      const store = join(home, '.pki/nssdb');
      mkdirSync(store, { recursive: true });
      run('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
      run('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'test', '-i', files.certFile]);
      return { HOME: home };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
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
