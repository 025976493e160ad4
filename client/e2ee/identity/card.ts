import { z } from 'zod';
import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey, type MeetingId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { sign, verify } from '../crypto/ed25519.ts';
import type { DeviceIdentity } from './device.ts';

/** Names people may type: no control characters, no bidirectional overrides, something to be seen. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(limits.nameCharacters)
  .regex(/[^\s\p{Default_Ignorable_Code_Point}]/u)
  .regex(/^[^\p{Cc}\p{Cs}\p{Co}\u200E\u200F\u202A-\u202E\u2066-\u2069]+$/u);

const cardContent = z.strictObject({
  v: z.literal(1),
  name: displayName,
  /** The device's lasting key. */
  lasting: deviceKey,
  /** By the lasting key over meeting and meeting key: this leaf is that device. */
  signature: z.string().max(90),
  /** A provider's signed statement of who this is, for staff. */
  idToken: z.string().max(8192).optional(),
});

/** The credential of a leaf: who is behind a meeting key. Seen by members only. */
export interface Card {
  readonly name: string;
  readonly lasting: DeviceKey;
  /** By the lasting key over meeting and meeting key, base64url. */
  readonly signature: string;
  readonly idToken: string | undefined;
}

const CARD_LABEL = utf8('Sealroom 1.0 Card');

function bindingInput(meeting: MeetingId, key: DeviceKey): Uint8Array {
  return concat(CARD_LABEL, new Uint8Array([0]), fromBase64Url(meeting), fromBase64Url(key));
}

/** The credential bytes for one's own leaf. Throws ZodError for a name that is not acceptable. */
export function makeCard(
  identity: DeviceIdentity,
  meeting: MeetingId,
  name: string,
  idToken?: string,
): Uint8Array {
  const signature = sign(identity.lasting.privateKey, bindingInput(meeting, identity.key));
  const content = cardContent.parse({
    v: 1,
    name,
    lasting: toBase64Url(identity.lasting.publicKey),
    signature: toBase64Url(signature),
    ...(idToken === undefined ? {} : { idToken }),
  });
  return utf8(JSON.stringify(content));
}

/** Reads and verifies a leaf's credential against its signature key; null where anything is wrong. */
export function readCard(credential: Uint8Array, meeting: MeetingId, key: DeviceKey): Card | null {
  try {
    const { name, lasting, signature, idToken } = cardContent.parse(JSON.parse(fromUtf8(credential)));
    if (!isBound(meeting, key, { lasting, signature })) return null;
    return { name, lasting, signature, idToken };
  } catch {
    return null;
  }
}

/** Whether the owner of a lasting key has signed that a key of this meeting is theirs. */
export function isBound(
  meeting: MeetingId,
  key: DeviceKey,
  { lasting, signature }: Pick<Card, 'lasting' | 'signature'>,
): boolean {
  return verify(fromBase64Url(lasting), bindingInput(meeting, key), fromBase64Url(signature));
}
