import { concat, equalBytes, fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type HostKey, type MeetingId, meetingId } from '../../../shared/ids.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import { randomBytes, sodium } from '../sodium.ts';

/**
 * What a link's fragment carries and the server never sees: version (1 byte), link secret (16),
 * fingerprint of the founding host key (20). 37 bytes, 50 characters of base64url.
 */
export interface LinkSecrets {
  readonly secret: Uint8Array;
  readonly fingerprint: Uint8Array;
}

export interface MeetingLink extends LinkSecrets {
  readonly meeting: MeetingId;
}

export class LinkError extends Error {
  constructor(options?: ErrorOptions) {
    super('This is not a complete Sealroom link', options);
    this.name = 'LinkError';
  }
}

const VERSION = 1;
const SECRET_LENGTH = 16;
const FINGERPRINT_LENGTH = 20;

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

/** The fragment, without `#`. */
export function encodeFragment({ secret, fingerprint }: LinkSecrets): string {
  return toBase64Url(concat(new Uint8Array([VERSION]), secret, fingerprint));
}

/** Reads a fragment, with or without `#`. Throws LinkError. */
export function decodeFragment(fragment: string): LinkSecrets {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64Url(fragment.replace(/^#/, ''));
  } catch (cause) {
    throw new LinkError({ cause });
  }
  if (bytes.length !== 1 + SECRET_LENGTH + FINGERPRINT_LENGTH || bytes[0] !== VERSION) throw new LinkError();
  return { secret: bytes.slice(1, 1 + SECRET_LENGTH), fingerprint: bytes.slice(1 + SECRET_LENGTH) };
}

/** Path and fragment of a meeting's page: `/m/<id>#<fragment>`. */
export function linkPath(link: MeetingLink): string {
  return `/m/${link.meeting}#${encodeFragment(link)}`;
}

/** Reads a whole link or its path. Throws LinkError. */
export function parseLink(text: string): MeetingLink {
  const match = /\/m\/([^/#?]+)#(.+)$/.exec(text.trim());
  const id = meetingId.safeParse(match?.[1]);
  if (!match?.[2] || !id.success) throw new LinkError();
  return { meeting: id.data, ...decodeFragment(match[2]) };
}

/** What a key from the link secret is for; each has its own label. */
export type LinkKeyPurpose = 'psk' | 'knock-mac' | 'return-knock';

/** 32 bytes derived from the link secret for one purpose in one meeting (HKDF-SHA-512). */
export function linkKey(link: MeetingLink, purpose: LinkKeyPurpose): Uint8Array {
  const prk = hkdfSha512.extract(fromBase64Url(link.meeting), link.secret);
  return hkdfSha512.expand(prk, utf8(`Sealroom 1.0 link ${purpose}`), 32);
}
