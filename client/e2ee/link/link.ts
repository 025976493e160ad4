import { concat, fromBase64Url, toBase64Url } from '../../../shared/bytes.ts';
import { type MeetingId, meetingId } from '../../../shared/ids.ts';

/**
 * What a link's fragment carries and the server never sees: form (1 byte), secret of the invitation
 * (16), fingerprint of the founding host key (20). 37 bytes, 50 characters of base64url.
 */
export interface LinkSecrets {
  readonly secret: Uint8Array;
  readonly fingerprint: Uint8Array;
  /** The secret alone opens nothing: a passphrase that travels another way is mixed in. */
  readonly passphrase: boolean;
}

export interface MeetingLink extends LinkSecrets {
  readonly meeting: MeetingId;
}

/** The link was cut off or mistyped; it names no meeting. */
export class LinkError extends Error {
  constructor(options?: ErrorOptions) {
    super('This is not a complete Sealroom link', options);
    this.name = 'LinkError';
  }
}

/** First byte of the fragment: the version, and whether a passphrase is needed. */
const FORM = { plain: 1, passphrase: 2 } as const;
export const SECRET_LENGTH = 16;
export const FINGERPRINT_LENGTH = 20;

/** The fragment, without `#`. */
export function encodeFragment({ secret, fingerprint, passphrase }: LinkSecrets): string {
  const form = passphrase ? FORM.passphrase : FORM.plain;
  return toBase64Url(concat(new Uint8Array([form]), secret, fingerprint));
}

/** Reads a fragment, with or without `#`. Throws LinkError. */
export function decodeFragment(fragment: string): LinkSecrets {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64Url(fragment.replace(/^#/, ''));
  } catch (cause) {
    throw new LinkError({ cause });
  }
  const [form] = bytes;
  const known = form === FORM.plain || form === FORM.passphrase;
  if (bytes.length !== 1 + SECRET_LENGTH + FINGERPRINT_LENGTH || !known) throw new LinkError();
  return {
    secret: bytes.slice(1, 1 + SECRET_LENGTH),
    fingerprint: bytes.slice(1 + SECRET_LENGTH),
    passphrase: form === FORM.passphrase,
  };
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
