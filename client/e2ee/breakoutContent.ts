import { z } from 'zod';
import { deviceKey, meetingId } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';

/** What members of the main meeting say about its breakout rooms. */
export const breakoutSaid = z.strictObject({
  type: z.literal('breakout'),
  say: z.discriminatedUnion('do', [
    /** Where the sender is, and whether it calls a host; sent at each change and again when somebody joins. */
    z.strictObject({ do: z.literal('here'), room: meetingId.nullable(), calling: z.boolean() }),
    /** A host says something in all rooms. */
    z.strictObject({
      do: z.literal('broadcast'),
      text: z.string().trim().min(1).max(limits.broadcastCharacters),
    }),
    /** A host has taken a call. */
    z.strictObject({ do: z.literal('answered'), device: deviceKey }),
    /** The sender may enter a room and lacks its secret. */
    z.strictObject({ do: z.literal('want'), room: meetingId }),
  ]),
});
export type BreakoutSaid = z.infer<typeof breakoutSaid>;
export type BreakoutSay = BreakoutSaid['say'];

/** Link secrets of breakout rooms; counts only where it was said aside. */
export const roomKeys = z.strictObject({
  type: z.literal('roomKeys'),
  keys: z
    .array(z.strictObject({ room: meetingId, secret: z.string().regex(/^[A-Za-z0-9_-]{22}$/) }))
    .min(1)
    .max(limits.breakoutRooms),
});
export type RoomKeysSaid = z.infer<typeof roomKeys>;
