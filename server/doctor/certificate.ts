import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { TlsConfig } from '../config/config.ts';
import { PairError, readPair } from '../tls/pair.ts';
import { amber, type Finding, green, red } from './finding.ts';

const DAY_MS = 24 * 3_600_000;
const NAME = 'Certificate';
const TIMEOUT_MS = 4_000;

/**
 * The certificate that this server uses itself: readable, with its key, in time, and for the public name. `served`:
 * SHA-256 fingerprint of the one that the running server shows; null where none runs.
 */
export function checkCertificate(
  tls: TlsConfig,
  host: string | null,
  now: number,
  served: string | null = null,
): Finding {
  let certificate: X509Certificate;
  try {
    ({ certificate } = readPair(tls));
  } catch (error) {
    if (!(error instanceof PairError)) throw error;
    const still = served === null ? '' : '; the server goes on with the one before';
    return red(
      NAME,
      `${error.message}${still}`,
      'Set SEALROOM_TLS_CERT and SEALROOM_TLS_KEY to PEM files of a chain and its own key.',
    );
  }
  const left = Math.floor((certificate.validToDate.getTime() - now) / DAY_MS);
  if (left < 0) return red(NAME, `expired ${-left} days ago`, 'Renew it.');
  const named = host === null || isFor(certificate, host.replace(/^\[|\]$/g, ''));
  if (!named) {
    return red(NAME, `is not for ${host}`, 'Get one for that name, or correct SEALROOM_PUBLIC_URL.');
  }
  if (served !== null && served !== certificate.fingerprint256) {
    return amber(
      NAME,
      'the running server still shows another one than the files hold',
      'Send it SIGHUP (systemctl reload), and look into its log.',
    );
  }
  if (left < 14) return amber(NAME, `expires in ${left} days`, 'Renew it, and have that done by itself.');
  return green(NAME, `valid for ${left} days`);
}

/** Fingerprint (SHA-256, with colons) of the certificate shown at a port of this machine; null without TLS there. */
export async function servedFingerprint(port: number, host = 'localhost'): Promise<string | null> {
  // Looked at, not trusted: whether it is for the right name is judged from the file.
  const socket = connect({ host, port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return socket.getPeerX509Certificate()?.fingerprint256 ?? null;
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
}
