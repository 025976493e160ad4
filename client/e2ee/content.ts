import { z } from 'zod';
import { fromUtf8, utf8 } from '../../shared/bytes.ts';
import { deviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';
import { displayName } from './identity/card.ts';

const sight = { seq: z.number().int().nonnegative(), digest: z.string().max(64) };

/** What members say to each other inside MLS application messages. The author is the leaf that sent it. */
export const content = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('chat'),
    id: z.string().min(1).max(40),
    text: z.string().min(1).max(limits.chatCharacters),
    at: z.number(),
  }),
  z.strictObject({ type: z.literal('reaction'), emoji: z.string().min(1).max(16) }),
  /** The sender's own lasting state; sent at each change and again when somebody joins. */
  z.strictObject({ type: z.literal('self'), name: displayName, hand: z.number().nullable() }),
  /** What the sender has seen of the stream, for the others to compare; see `Witness`. */
  z.strictObject({
    type: z.literal('pulse'),
    ...sight,
    before: z.strictObject(sight).nullable(),
  }),
  /** The sender may admit and has no key to open knocks with. */
  z.strictObject({ type: z.literal('wantLobbyKey') }),
  /** The lobby's private key, sealed to one member who may admit. */
  z.strictObject({ type: z.literal('lobbyKey'), to: deviceKey, sealed: z.string().max(4096) }),
]);
export type Content = z.infer<typeof content>;

export function encodeContent(value: Content): Uint8Array {
  return utf8(JSON.stringify(value));
}

/** Content of a decrypted message, or null for what this version does not understand. */
export function decodeContent(plaintext: Uint8Array): Content | null {
  try {
    const parsed = content.safeParse(JSON.parse(fromUtf8(plaintext)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
