import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** The certificate that this server's media shows (DTLS), in PEM files. */
export interface MediaCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** SHA-256, as in SDP (RFC 8122). */
  readonly fingerprint: string;
}

const YEARS = 20 * 365 * 24 * 60 * 60 * 1000;

/**
 * The certificate in a data folder, made at the first call: it stays the same, since the operator signs for its
 * fingerprint. Throws what the file system throws.
 */
export async function mediaCertificate(folder: string): Promise<MediaCertificate> {
  const certFile = join(folder, 'media-certificate.pem');
  const keyFile = join(folder, 'media-key.pem');
  if (!existsSync(certFile)) {
    const now = Date.now();
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'Sealroom media' }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - 24 * 60 * 60 * 1000),
      notAfterDate: new Date(now + YEARS),
    });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(keyFile, key, { mode: 0o600 });
    // Last and at once: where it is, its key is.
    writeFileSync(`${certFile}.new`, cert);
    renameSync(`${certFile}.new`, certFile);
  }
  const { fingerprint256: fingerprint } = new X509Certificate(readFileSync(certFile));
  return { certFile, keyFile, fingerprint };
}
