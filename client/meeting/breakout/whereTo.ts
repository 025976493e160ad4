import type { MeetingId } from '../../../shared/ids.ts';
import type { BreakoutsView, BreakoutView } from '../breakoutView.ts';

/** Where a page is to go by itself; null where it stays. */
export type Move = { readonly to: MeetingId } | 'main' | null;

/**
 * What the records say about a page that is in `here`, null being the main meeting: back when the rooms
 * close or the person was taken out of the room, over to another room when a host says so. `last` is the
 * room this page was in before it was loaded anew.
 */
export function whereTo(
  before: BreakoutsView,
  now: BreakoutsView,
  here: MeetingId | null,
  last: MeetingId | null,
): Move {
  const { rooms, mayRun } = now;
  if (here === null) {
    const back = last !== null && isReady(rooms, last) && (mayRun || rooms?.own === last || isFree(rooms));
    return back ? { to: last } : null;
  }
  if (!rooms?.rooms.some(({ id }) => id === here)) return 'main';
  const was = before.rooms?.own ?? null;
  const { own } = rooms;
  // Sent elsewhere; the way there may take a moment to be ready.
  if (own !== null && own !== here && isReady(rooms, own)) {
    const moved = was !== own || !isReady(before.rooms, own);
    if (moved && !mayRun) return { to: own };
  }
  if (own === null && !mayRun && rooms.entry === 'assigned') return 'main';
  return null;
}

function isReady(rooms: BreakoutView | null, room: MeetingId): boolean {
  return rooms?.rooms.some(({ id, ready }) => id === room && ready) ?? false;
}

function isFree(rooms: BreakoutView | null): boolean {
  return rooms?.entry === 'choice';
}
