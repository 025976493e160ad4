import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Finding } from '../../shared/doctor/finding.ts';
import type { TlsConfig } from '../config/config.ts';
import { PairError, readPair } from '../tls/pair.ts';
import { amber, green, reasonOf, red } from './finding.ts';

const DAY_MS = 24 * 3_600_000;
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
    const still = served !== null;
    if (error.problem === 'foreign-key') return red({ code: 'certificate-foreign-key', still });
    return red({ code: 'certificate-unusable', still, reason: reasonOf(error) });
  }
  const left = Math.floor((certificate.validToDate.getTime() - now) / DAY_MS);
  if (left < 0) return red({ code: 'certificate-expired', days: -left });
  if (host !== null && !isFor(certificate, host.replace(/^\[|\]$/g, ''))) {
    return red({ code: 'certificate-other-name', host });
  }
  if (served !== null && served !== certificate.fingerprint256) {
    return amber({ code: 'certificate-not-taken-up' });
  }
  if (left < 14) return amber({ code: 'certificate-ends', days: left });
  return green({ code: 'certificate-valid', days: left });
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
