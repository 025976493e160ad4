import { z } from 'zod';
import type { MeetingId } from '../ids.ts';
import { type DeviceKey, deviceKey, type HostKey, hostKey, invitationKey, meetingId } from '../ids.ts';
import { limits } from '../limits.ts';

const until = z.number().int().positive().nullable();

/** A room of a breakout: a meeting of its own, with a group and media of its own. */
const room = z.strictObject({
  meeting: meetingId,
  /** The room's plain invitation: its secret is the one that fits this key, and no other. */
  invitation: invitationKey,
});
export type BreakoutRoom = z.infer<typeof room>;

const assignment = z.strictObject({
  /** Null takes the devices out of every room. */
  room: meetingId.nullable(),
  devices: z.array(deviceKey).min(1).max(100),
});

/** The records that open, fill and close breakout rooms. They are part of the main meeting's chain. */
export const breakoutBodies = [
  /** Opens rooms, in place of any that were open before. */
  z.strictObject({
    type: z.literal('breakout'),
    /** Founded all the rooms, and nothing else; see `hostKey` of a genesis record. */
    hostKey,
    rooms: z.array(room).min(1).max(limits.breakoutRooms),
    /** Whether each person has a room, or chooses one. */
    entry: z.enum(['assigned', 'choice']),
    /** Whether people may come back to the main meeting before the end. */
    mayReturn: z.boolean(),
    /** When the rooms close, milliseconds since 1970 by the server's clock; null while that is open. */
    until,
    /** Names of the rooms, sealed under the main meeting's secret: the server cannot read them. */
    names: z.string().regex(/^[A-Za-z0-9_-]{40,7000}$/),
  }),
  /** Says who belongs in which room. */
  z.strictObject({
    type: z.literal('assign'),
    assignments: z
      .array(assignment)
      .min(1)
      .max(limits.breakoutRooms + 1)
      .refine(
        (all) => all.reduce((sum, { devices }) => sum + devices.length, 0) <= limits.assignedAtOnce,
        'too many devices for one record',
      ),
  }),
  /** Another end for the rooms; with `recall`, everybody is called back by then. */
  z.strictObject({ type: z.literal('breakoutTime'), until, recall: z.boolean() }),
] as const;

type Body<Type> = Extract<z.infer<(typeof breakoutBodies)[number]>, { type: Type }>;

/** Breakout rooms as the main meeting's records tell them. Over once `until` has passed. */
export interface Breakout {
  readonly hostKey: HostKey;
  readonly rooms: readonly BreakoutRoom[];
  readonly entry: 'assigned' | 'choice';
  readonly mayReturn: boolean;
  readonly until: number | null;
  readonly recalled: boolean;
  readonly names: string;
  readonly by: DeviceKey | HostKey;
  readonly assigned: ReadonlyMap<DeviceKey, MeetingId>;
}

/** The breakout that a record opens; null where it names a room twice. */
export function openBreakout(body: Body<'breakout'>, by: DeviceKey | HostKey): Breakout | null {
  const { hostKey: key, rooms, entry, mayReturn, until: end, names } = body;
  if (new Set(rooms.map(({ meeting }) => meeting)).size !== rooms.length) return null;
  return {
    hostKey: key,
    rooms,
    entry,
    mayReturn,
    until: end,
    recalled: false,
    names,
    by,
    assigned: new Map(),
  };
}

/** With devices assigned; null where a room is none of these, or a device is named twice. */
export function withAssignments(breakout: Breakout | null, { assignments }: Body<'assign'>): Breakout | null {
  if (!breakout) return null;
  const assigned = new Map(breakout.assigned);
  const named = new Set<DeviceKey>();
  for (const { room: to, devices } of assignments) {
    if (to !== null && !breakout.rooms.some(({ meeting }) => meeting === to)) return null;
    for (const device of devices) {
      if (named.has(device)) return null;
      named.add(device);
      if (to === null) assigned.delete(device);
      else assigned.set(device, to);
    }
  }
  return { ...breakout, assigned };
}

/** With another end; null where no rooms are open. */
export function withTime(breakout: Breakout | null, body: Body<'breakoutTime'>): Breakout | null {
  return breakout && { ...breakout, until: body.until, recalled: body.recall };
}

/** Without devices that were put out of the main meeting. */
export function withoutDevices(breakout: Breakout | null, devices: readonly DeviceKey[]): Breakout | null {
  if (!breakout || !devices.some((device) => breakout.assigned.has(device))) return breakout;
  const assigned = new Map(breakout.assigned);
  for (const device of devices) assigned.delete(device);
  return { ...breakout, assigned };
}
