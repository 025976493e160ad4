import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { TlsConfig } from '../config/config.ts';
import { amber, type Finding, green, reasonOf, red } from './finding.ts';

const DAY_MS = 24 * 3_600_000;
const NAME = 'Certificate';

/** The certificate that this server uses itself: readable, with its key, in time, and for the public name. */
export function checkCertificate(tls: TlsConfig, host: string | null, now: number): Finding {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(readFileSync(tls.certFile));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(tls.keyFile)))) {
      return red(NAME, 'the key does not belong to it', 'Set SEALROOM_TLS_KEY to the key it was made with.');
    }
  } catch (error) {
    return red(
      NAME,
      `cannot be used: ${reasonOf(error)}`,
      'Set SEALROOM_TLS_CERT and SEALROOM_TLS_KEY to PEM files.',
    );
  }
  const left = Math.floor((certificate.validToDate.getTime() - now) / DAY_MS);
  if (left < 0) return red(NAME, `expired ${-left} days ago`, 'Renew it, then restart.');
  const named = host === null || isFor(certificate, host.replace(/^\[|\]$/g, ''));
  if (!named) {
    return red(NAME, `is not for ${host}`, 'Get one for that name, or correct SEALROOM_PUBLIC_URL.');
  }
  if (left < 14) return amber(NAME, `expires in ${left} days`, 'Renew it, and have that done by itself.');
  return green(NAME, `valid for ${left} days`);
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
}
