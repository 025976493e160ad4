import { z } from 'zod';
import { fromUtf8, utf8 } from '../../shared/bytes.ts';
import { blobId, deviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';
import { activity, ballot } from './activityContent.ts';
import { board, boardDigest, pointer } from './boardContent.ts';
import { breakoutSaid, roomKeys } from './breakoutContent.ts';
import { displayName } from './identity/card.ts';

/** How many shared screens one member says it looks at. */
export const watchedScreens = 8;

const sight = { seq: z.number().int().nonnegative(), digest: z.string().max(64) };

/** Names a message among those of its author. */
const saidId = z.string().min(1).max(40);
const text = z.string().min(1).max(limits.chatCharacters);
const encoded = (characters: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(characters);

/** Names of files: something to be seen, nothing that could pass for a path or turn its ending around. */
export const fileName = z
  .string()
  .trim()
  .min(1)
  .max(limits.fileNameCharacters)
  .regex(/[^\s.\p{Default_Ignorable_Code_Point}]/u)
  .regex(/^[^\p{Cc}\p{Cs}\p{Co}\u200E\u200F\u202A-\u202E\u2066-\u2069/\\]+$/u);

/** A small picture of an image, made where the file was sent. */
export const preview = z.strictObject({
  type: z.enum(['image/webp', 'image/jpeg']),
  width: z.number().int().min(1).max(1_024),
  height: z.number().int().min(1).max(1_024),
  data: encoded(Math.ceil((limits.previewBytes * 4) / 3)),
});
export type Preview = z.infer<typeof preview>;

/** A sealed file on the server and how to open it. */
export const sealedFile = z.strictObject({
  name: fileName,
  mime: z.string().regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/),
  /** Bytes of the file itself. */
  size: z.number().int().nonnegative().max(limits.fileBytes),
  blob: blobId,
  key: encoded(43),
  /** BLAKE2b-256 of the ciphertext. */
  digest: encoded(43),
  preview: preview.nullable(),
});
export type SealedFileContent = z.infer<typeof sealedFile>;

const saying = {
  id: saidId,
  /** The author's clock. */
  at: z.number(),
  /** The message this one answers. */
  reply: z.strictObject({ from: deviceKey, id: saidId }).optional(),
};

const chat = z.strictObject({
  type: z.literal('chat'),
  ...saying,
  text,
  /** Members it calls by name. */
  mentions: z.array(deviceKey).max(limits.mentions).optional(),
});
const file = z.strictObject({ type: z.literal('file'), ...saying, file: sealedFile });
/** Another text for a message of one's own. */
const edit = z.strictObject({ type: z.literal('edit'), id: saidId, text });
/** Takes a message of one's own back. */
const unsay = z.strictObject({ type: z.literal('unsay'), id: saidId });

/** What is said in the chat, to everyone or aside. */
export const said = z.discriminatedUnion('type', [chat, file, edit, unsay]);
export type Said = z.infer<typeof said>;

/** Said to some members only: `person` to one, `hosts` to all hosts and co-hosts. */
export const aside = z.strictObject({
  to: z.enum(['person', 'hosts']),
  said: z.discriminatedUnion('type', [chat, file, edit, unsay, ballot, roomKeys]),
});
export type Aside = z.infer<typeof aside>;

/** What members say to each other inside MLS application messages. The author is the leaf that sent it. */
export const content = z.discriminatedUnion('type', [
  chat,
  file,
  edit,
  unsay,
  /** An `aside`, sealed under a key of its own, and that key sealed to each of those meant. */
  z.strictObject({
    type: z.literal('aside'),
    keys: z.array(encoded(2_000)).min(1).max(limits.asideReceivers),
    body: encoded(60_000),
  }),
  z.strictObject({ type: z.literal('reaction'), emoji: z.string().min(1).max(16) }),
  /** What is being said, in writing: the same `id` again replaces the line. */
  z.strictObject({
    type: z.literal('caption'),
    id: saidId,
    text: z.string().min(1).max(limits.captionCharacters),
    /** Whether the line will stay as it is, corrections aside. */
    final: z.boolean(),
    lang: z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/),
    /** The sender's own speech, written by its device; otherwise typed, of what others say. */
    spoken: z.boolean(),
    at: z.number(),
  }),
  /** The sender's own lasting state; sent at each change and again when somebody joins. */
  z.strictObject({ type: z.literal('self'), name: displayName, hand: z.number().nullable() }),
  /** What the sender has seen of the stream, for the others to compare; see `Witness`. */
  z.strictObject({
    type: z.literal('pulse'),
    ...sight,
    before: z.strictObject(sight).nullable(),
    /** Members whose shared screens the sender looks at. */
    watching: z.array(deviceKey).max(watchedScreens).optional(),
    /** The whiteboard at `seq`; absent while there is nothing on it. */
    board: boardDigest.optional(),
  }),
  /** A moderator asks a member to turn a source on. */
  z.strictObject({ type: z.literal('ask'), to: deviceKey, source: z.enum(['microphone', 'camera']) }),
  /** A moderator lowers hands. */
  z.strictObject({
    type: z.literal('lowerHand'),
    device: z.union([deviceKey, z.literal('everyone')]),
  }),
  activity,
  ballot,
  board,
  pointer,
  breakoutSaid,
  roomKeys,
  /** The sender may admit and has no key to open knocks with. */
  z.strictObject({ type: z.literal('wantLobbyKey') }),
  /** The lobby's private key, sealed to one member who may admit. */
  z.strictObject({ type: z.literal('lobbyKey'), to: deviceKey, sealed: z.string().max(4096) }),
]);
export type Content = z.infer<typeof content>;
/** What a message says once it is open. */
export type Heard = Exclude<Content, { type: 'aside' }>;

/** Content as the plaintext of a message; `decodeContent` reads it. */
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
