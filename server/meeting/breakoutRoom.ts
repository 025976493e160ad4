import type { Chain } from '../../shared/records/chain.ts';
import type { StoredRoom } from '../store/store.ts';

/**
 * How long a breakout room stands before its main meeting's records tell of it, and after they have closed it; people
 * on their way home see to the rest themselves. Milliseconds.
 */
export const ROOM_GRACE_MS = 120_000;

/** Whether the records of the main meeting hold up a breakout room; `main` is null where that meeting is over. */
export function roomStands(main: Chain | null, { id, createdAt }: StoredRoom, now: number): boolean {
  if (!main || main.ended) return false;
  const { breakout } = main;
  if (!breakout?.rooms.some(({ meeting }) => meeting === id)) return now < createdAt + ROOM_GRACE_MS;
  return breakout.until === null || now < breakout.until + ROOM_GRACE_MS;
}
