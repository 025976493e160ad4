import { concat, equalBytes, fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { HostKey } from '../../../shared/ids.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import { randomBytes, sodium } from '../sodium.ts';
import { FINGERPRINT_LENGTH, type LinkSecrets, type MeetingLink, SECRET_LENGTH } from './link.ts';

/** Fingerprint of a host key: 160 bits, so that even a search over many meetings finds no second key. */
export function hostFingerprint(hostKey: HostKey): Uint8Array {
  return sodium().crypto_generichash(
    FINGERPRINT_LENGTH,
    concat(utf8('Sealroom 1.0 Host Fingerprint'), fromBase64Url(hostKey)),
    null,
  );
}

/** Whether a host key is the one the link names. */
export function isHostOfLink(hostKey: HostKey, link: LinkSecrets): boolean {
  return equalBytes(hostFingerprint(hostKey), link.fingerprint);
}

/** The secret part of a new link. */
export function newLinkSecrets(hostKey: HostKey): LinkSecrets {
  return { secret: randomBytes(SECRET_LENGTH), fingerprint: hostFingerprint(hostKey) };
}

/** What a key from the link secret is for; each has its own label. */
export type LinkKeyPurpose = 'psk' | 'knock-mac' | 'return-knock';

/** 32 bytes derived from the link secret for one purpose in one meeting (HKDF-SHA-512). */
export function linkKey(link: MeetingLink, purpose: LinkKeyPurpose): Uint8Array {
  const prk = hkdfSha512.extract(fromBase64Url(link.meeting), link.secret);
  return hkdfSha512.expand(prk, utf8(`Sealroom 1.0 link ${purpose}`), 32);
}
