import type { DeviceKey } from '../../../shared/ids.ts';

/**
 * Deals people out to `rooms` rooms at random, so that sizes differ by one at most. `below(n)` gives a
 * uniform whole number from 0 to n - 1.
 */
export function dealOut(
  people: readonly DeviceKey[],
  rooms: number,
  below: (bound: number) => number,
): DeviceKey[][] {
  const mixed = [...people];
  // Fisher and Yates: every order is equally likely.
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = below(last + 1);
    // Both indices lie within the array.
    [mixed[last], mixed[other]] = [mixed[other] as DeviceKey, mixed[last] as DeviceKey];
  }
  return Array.from({ length: rooms }, (_, room) => mixed.filter((_, place) => place % rooms === room));
}

/** The room, by its place, that has the fewest people; the first of several. */
export function emptiest(sizes: readonly number[]): number {
  return sizes.indexOf(Math.min(...sizes));
}

/** Splits what one record cannot hold: lists of rooms with their people, `most` people in each list. */
export function inPortions<Room>(
  rooms: readonly { readonly room: Room; readonly devices: readonly DeviceKey[] }[],
  most: number,
  mostInRoom: number,
): { room: Room; devices: DeviceKey[] }[][] {
  const portions: { room: Room; devices: DeviceKey[] }[][] = [];
  let left = 0;
  for (const { room, devices } of rooms) {
    for (let from = 0; from < devices.length; ) {
      if (left === 0) {
        portions.push([]);
        left = most;
      }
      const some = devices.slice(from, from + Math.min(left, mostInRoom));
      portions.at(-1)?.push({ room, devices: some });
      from += some.length;
      left -= some.length;
    }
  }
  return portions;
}
