import { concat, fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import {
  type DeviceKey,
  type GroupId,
  type InvitationKey,
  invitationKey,
  type MeetingId,
} from '../../../shared/ids.ts';
import { foundSignatureInput, type InvitationProof } from '../../../shared/protocol/lobby.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { type SignatureKeyPair, sign, signatureKeyPair } from '../crypto/ed25519.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import { randomBytes } from '../sodium.ts';

/** What the secret in a link gives its holder: a key to knock with, and a key to the meeting's secret. */
export interface InvitationKeys {
  readonly key: InvitationKey;
  readonly pair: SignatureKeyPair;
  readonly wrappingKey: Uint8Array;
}

/** The meeting's secret, 32 bytes: known to whoever was invited, never to the server. */
export type MeetingSecret = Uint8Array;

export const MEETING_SECRET_LENGTH = 32;

/** A new meeting secret, made once by the founder. */
export function newMeetingSecret(): MeetingSecret {
  return randomBytes(MEETING_SECRET_LENGTH);
}

/**
 * Keys of the invitation whose link carries `secret` (HKDF-SHA-512); with a passphrase, what
 * `stretchPassphrase` made of it is mixed in, so that the link alone opens nothing.
 */
export function invitationKeys(
  meeting: MeetingId,
  secret: Uint8Array,
  stretched: Uint8Array | null,
): InvitationKeys {
  const prk = hkdfSha512.extract(fromBase64Url(meeting), stretched ? concat(secret, stretched) : secret);
  const pair = signatureKeyPair(hkdfSha512.expand(prk, utf8('Sealroom 1.0 invitation knock'), 32));
  return {
    pair,
    key: invitationKey.parse(toBase64Url(pair.publicKey)),
    wrappingKey: hkdfSha512.expand(prk, utf8('Sealroom 1.0 invitation wrap'), 32),
  };
}

/** The meeting's secret for holders of one invitation, base64url. Bound to meeting and invitation. */
export function wrapMeetingSecret(meeting: MeetingId, keys: InvitationKeys, secret: MeetingSecret): string {
  // Each wrapping key seals one value only: the same secret under the same key gives the same bytes.
  const nonce = new Uint8Array(chacha20Poly1305.nonceLength);
  return toBase64Url(aeadSeal(keys.wrappingKey, nonce, boundTo(meeting, keys), secret));
}

/** Null where it was not wrapped for this invitation. */
export function unwrapMeetingSecret(
  meeting: MeetingId,
  keys: InvitationKeys,
  wrapped: string,
): MeetingSecret | null {
  const nonce = new Uint8Array(chacha20Poly1305.nonceLength);
  try {
    const secret = aeadOpen(keys.wrappingKey, nonce, boundTo(meeting, keys), fromBase64Url(wrapped));
    return secret.length === MEETING_SECRET_LENGTH ? secret : null;
  } catch {
    return null;
  }
}

function boundTo(meeting: MeetingId, keys: InvitationKeys): Uint8Array {
  return concat(fromBase64Url(meeting), keys.pair.publicKey);
}

/** Proof for `group:found` that this device holds the invitation. */
export function proveInvitation(
  meeting: MeetingId,
  device: DeviceKey,
  group: GroupId,
  { key, pair }: InvitationKeys,
): InvitationProof {
  return {
    invitation: key,
    signature: sign(pair.privateKey, foundSignatureInput(meeting, device, group)),
  };
}
