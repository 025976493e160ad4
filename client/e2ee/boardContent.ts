import { z } from 'zod';
import { type DeviceKey, deviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';

const encoded = (bytes: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(Math.ceil((bytes * 4) / 3));

/**
 * Names the drawing that a member makes during one stay in the meeting. It begins as the member's key does, so
 * that nobody can be first to draw under another's.
 */
export const drawingId = z.string().regex(/^[A-Za-z0-9_-]{16}$/);
const KEY_CHARACTERS = 10;

/** A new name for a drawing of this member; `random` is six characters. */
export function drawingOfMember(author: DeviceKey, random: string): string {
  return author.slice(0, KEY_CHARACTERS) + random;
}

/** Whether a drawing bears its author's key, so that nobody draws in another's name. */
export function isDrawingOf(author: DeviceKey, drawing: string): boolean {
  return drawing.startsWith(author.slice(0, KEY_CHARACTERS));
}

/** Names an element among all: its drawing, and itself within it. */
export const elementRef = z.string().regex(/^[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{6,12}$/);
/** One time that a screen is shared. */
export const shareRound = z.string().regex(/^[A-Za-z0-9_-]{8}$/);

/** What members say of the whiteboard. A drawing belongs to the member that sends it, whatever a message says. */
export const board = z.strictObject({
  type: z.literal('board'),
  act: z.discriminatedUnion('do', [
    /** Changes of the sender's own drawing, as a Yjs update. */
    z.strictObject({ do: z.literal('draw'), drawing: drawingId, update: encoded(limits.boardUpdateBytes) }),
    /** A whole drawing, for newcomers, in pieces: the sender's own, or one whose author is gone. */
    z.strictObject({
      do: z.literal('tell'),
      author: deviceKey,
      drawing: drawingId,
      part: z
        .number()
        .int()
        .min(0)
        .max(limits.boardTellParts - 1),
      parts: z.number().int().min(1).max(limits.boardTellParts),
      update: encoded(limits.boardTellBytes),
    }),
    /** Takes elements away for good: one's own, or as a moderator anybody's. */
    z.strictObject({ do: z.literal('erase'), refs: z.array(elementRef).min(1).max(limits.boardRefs) }),
    /** What was erased before newcomers came. */
    z.strictObject({ do: z.literal('erased'), refs: z.array(elementRef).min(1).max(limits.boardRefs) }),
    /** The sender sees another board than others, or none; `tried` told it of what was drawn before. */
    z.strictObject({ do: z.literal('want'), tried: z.array(deviceKey).max(50) }),
    /** The sender's screen may be drawn on from now on, or (null) not any more. */
    z.strictObject({ do: z.literal('share'), round: shareRound.nullable() }),
  ]),
});
export type BoardMessage = z.infer<typeof board>;
export type BoardAct = BoardMessage['act'];

const coordinate = z.number().int().min(-100_000).max(100_000);

/** What a drawing lies on: the board, or the picture of a shared screen in ten thousandths of its sides. */
export const surface = z.union([
  z.literal('board'),
  z.string().regex(/^screen:[A-Za-z0-9_-]{20,60}:[A-Za-z0-9_-]{8}$/),
]);
export type Surface = z.infer<typeof surface>;

/** Where a member points. It passes: a lost one does no harm. */
export const pointer = z.strictObject({
  type: z.literal('pointer'),
  at: z.strictObject({ on: surface, x: coordinate, y: coordinate }).nullable(),
});
export type PointerMessage = z.infer<typeof pointer>;

/** Of everything on the board as a member sees it; see `digestOf`. */
export const boardDigest = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
