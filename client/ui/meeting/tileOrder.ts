import type { DeviceKey } from '../../../shared/ids.ts';
import type { StageItem } from './stagePlan.ts';

export interface Arrangement {
  /** The others who are there, in the order they came. */
  readonly present: readonly DeviceKey[];
  /** How many of them have a place on the first page. */
  readonly firstPage: number;
  /** Who must be seen, or null. */
  readonly active: DeviceKey | null;
  /** When somebody was last heard; 0 for never. */
  readonly heardAt: (device: DeviceKey) => number;
}

/**
 * The order of the others' tiles after `order`: everybody keeps their place, newcomers stand at the end. Only a
 * speaker beyond the first page comes forward, and trades places with whoever of the first page has been silent for
 * longest.
 */
export function arrange(order: readonly DeviceKey[], arrangement: Arrangement): readonly DeviceKey[] {
  const { present, firstPage, active, heardAt } = arrangement;
  const here = new Set(present);
  const known = new Set(order);
  const next = [
    ...order.filter((device) => here.has(device)),
    ...present.filter((device) => !known.has(device)),
  ];
  const from = active === null ? -1 : next.indexOf(active);
  if (active !== null && from >= firstPage) {
    const [quietest] = next
      .slice(0, firstPage)
      .sort((one, other) => heardAt(one) - heardAt(other) || next.indexOf(other) - next.indexOf(one));
    if (quietest !== undefined) {
      next[next.indexOf(quietest)] = active;
      next[from] = quietest;
    }
  }
  return next.length === order.length && next.every((device, index) => device === order[index])
    ? order
    : next;
}

/**
 * Where one's own picture stands among what is small: before all other people, so that what they see of one is in
 * sight. Where the first page has `places` for one or two people only, others are worth more: one's own is the second,
 * or the last of all.
 */
export function placeOwn(
  rest: readonly StageItem[],
  self: DeviceKey | null,
  places: number,
): readonly StageItem[] {
  const own = rest.find(({ device, source }) => device === self && source === 'camera');
  if (!own) return rest;
  const others = rest.filter((item) => item !== own);
  const first = others.findIndex(({ source }) => source === 'camera');
  if (first < 0 || places < 2) return [...others, own];
  return others.toSpliced(places === 2 ? first + 1 : first, 0, own);
}
