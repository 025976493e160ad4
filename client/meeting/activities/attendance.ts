import type { DeviceKey } from '../../../shared/ids.ts';

export interface Attendee {
  readonly device: DeviceKey;
  readonly name: string;
  /** When this device first saw them, and when they left; milliseconds since 1970. Null while here. */
  readonly joined: number;
  readonly left: number | null;
  /** Milliseconds of earlier stays, and when the present one began. */
  readonly before: number;
  readonly since: number | null;
  /** How often they raised a hand. */
  readonly hands: number;
  readonly handUp: boolean;
}

/** Somebody as they are in the meeting. */
export interface Seen {
  readonly device: DeviceKey;
  readonly name: string;
  readonly hand: number | null;
  readonly present: boolean;
}

/** The list after a look at who is here. The same list while nothing has changed. */
export function noteAttendance(
  list: readonly Attendee[],
  seen: readonly Seen[],
  now: number,
): readonly Attendee[] {
  const here = new Map(seen.filter(({ present }) => present).map((each) => [each.device, each]));
  const known = new Set(list.map(({ device }) => device));
  const kept = list.map((one) => noteOne(one, here.get(one.device), now));
  const added = [...here.values()].filter(({ device }) => !known.has(device));
  if (added.length === 0 && kept.every((one, index) => one === list[index])) return list;
  return [
    ...kept,
    ...added.map(({ device, name, hand }) => ({
      device,
      name,
      joined: now,
      left: null,
      before: 0,
      since: now,
      hands: hand === null ? 0 : 1,
      handUp: hand !== null,
    })),
  ];
}

/** Milliseconds that somebody has been here. */
export function stayOf({ before, since }: Attendee, now: number): number {
  return before + (since === null ? 0 : now - since);
}

function noteOne(one: Attendee, seen: Seen | undefined, now: number): Attendee {
  if (!seen) {
    if (one.since === null) return one;
    return { ...one, left: now, before: stayOf(one, now), since: null, handUp: false };
  }
  const handUp = seen.hand !== null;
  if (one.since !== null && one.name === seen.name && one.handUp === handUp) return one;
  return {
    ...one,
    name: seen.name,
    left: null,
    since: one.since ?? now,
    hands: one.hands + (handUp && !one.handUp ? 1 : 0),
    handUp,
  };
}
