import { concat, equalBytes, fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { HostKey } from '../../../shared/ids.ts';
import { randomBytes, sodium } from '../sodium.ts';
import { FINGERPRINT_LENGTH, type LinkSecrets, SECRET_LENGTH } from './link.ts';

/** Fingerprint of a host key: 160 bits, so that even a search over many meetings finds no second key. */
export function hostFingerprint(hostKey: HostKey): Uint8Array {
  return sodium().crypto_generichash(
    FINGERPRINT_LENGTH,
    concat(utf8('Sealroom 1.0 Host Fingerprint'), fromBase64Url(hostKey)),
    null,
  );
}

/** Whether a host key is the one the link names. */
export function isHostOfLink(hostKey: HostKey, link: Pick<LinkSecrets, 'fingerprint'>): boolean {
  return equalBytes(hostFingerprint(hostKey), link.fingerprint);
}

/** The secret part of a new link; with `passphrase`, one that opens nothing without it. */
export function newLinkSecrets(fingerprint: Uint8Array, passphrase = false): LinkSecrets {
  return { secret: randomBytes(SECRET_LENGTH), fingerprint, passphrase };
}
