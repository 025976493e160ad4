import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Breakout } from '../../../shared/records/breakout.ts';
import type { BreakoutView } from '../breakoutView.ts';
import type { Whereabouts } from './whereabouts.ts';

export interface BreakoutViewParts {
  readonly breakout: Breakout;
  /** Names of the rooms in their order, as far as they could be read. */
  readonly names: readonly string[];
  readonly self: DeviceKey;
  /** Members of the main meeting that are connected. */
  readonly present: readonly DeviceKey[];
  readonly where: Whereabouts;
  /** Whether this device runs the rooms. */
  readonly runs: boolean;
  readonly ready: (room: MeetingId) => boolean;
  readonly nameOf: (device: DeviceKey) => string;
  /** How far the server's clock is ahead of this device's, milliseconds. */
  readonly ahead: number;
  readonly broadcast: BreakoutView['broadcast'];
}

/** What is to be seen of rooms that are open. Pure. */
export function breakoutView(parts: BreakoutViewParts): BreakoutView {
  const { breakout, names, self, where, runs, nameOf } = parts;
  const { entry, mayReturn, until, recalled, assigned, by } = breakout;
  const here = new Set(parts.present);
  const calls = where.calls.filter(({ device }) => here.has(device));
  return {
    rooms: breakout.rooms.map(({ meeting }, place) => ({
      id: meeting,
      name: names[place] ?? '',
      number: place + 1,
      assigned: [...assigned].flatMap(([device, room]) => (room === meeting ? [device] : [])),
      inside: where.inside(meeting, self).filter((device) => here.has(device)),
      ready: parts.ready(meeting),
    })),
    entry,
    mayReturn,
    until: until === null ? null : until - parts.ahead,
    recalled,
    // The host key itself has no name; devices do.
    by: nameOf(by as DeviceKey),
    own: assigned.get(self) ?? null,
    here: where.here,
    broadcast: parts.broadcast,
    calls: runs ? calls.map(({ device, room }) => ({ device, room, name: nameOf(device) })) : [],
    calling: where.calling,
  };
}
