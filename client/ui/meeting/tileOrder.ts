import type { DeviceKey } from '../../../shared/ids.ts';

export interface Arrangement {
  /** Who is there: oneself, then the others in the order they came. */
  readonly present: readonly DeviceKey[];
  /** How many have a place on the first page. */
  readonly firstPage: number;
  /** Who must be seen, or null. */
  readonly active: DeviceKey | null;
  /** When somebody was last heard; 0 for never. */
  readonly heardAt: (device: DeviceKey) => number;
  /** Whether somebody keeps their place whatever happens. */
  readonly fixed: (device: DeviceKey) => boolean;
}

/**
 * The order of tiles after `order`: everybody keeps their place, newcomers stand at the end. Only a speaker beyond
 * the first page comes forward, and trades places with whoever of the first page has been silent for longest.
 */
export function arrange(order: readonly DeviceKey[], arrangement: Arrangement): readonly DeviceKey[] {
  const { present, firstPage, active, heardAt, fixed } = arrangement;
  const here = new Set(present);
  const known = new Set(order);
  const next = [
    ...order.filter((device) => here.has(device)),
    ...present.filter((device) => !known.has(device)),
  ];
  const from = active === null ? -1 : next.indexOf(active);
  if (active !== null && from >= firstPage) {
    const places = next.slice(0, firstPage).filter((device) => !fixed(device));
    const [quietest] = places.sort(
      (one, other) => heardAt(one) - heardAt(other) || next.indexOf(other) - next.indexOf(one),
    );
    if (quietest !== undefined) {
      next[next.indexOf(quietest)] = active;
      next[from] = quietest;
    }
  }
  return next.length === order.length && next.every((device, index) => device === order[index])
    ? order
    : next;
}
