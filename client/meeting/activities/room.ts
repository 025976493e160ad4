import type { AgendaContent, TimerContent } from '../../e2ee/activityContent.ts';

/** A timer by this device's clock: `left` milliseconds at `at`. */
export interface Timer extends TimerContent {
  readonly at: number;
}

/** Timer and agenda. `known` once something was heard of it: then an introduction has nothing to add. */
export interface RoomBoard {
  readonly timer: Timer | null;
  readonly agenda: AgendaContent | null;
  readonly known: { readonly timer: boolean; readonly agenda: boolean };
}

export const emptyBoard: RoomBoard = { timer: null, agenda: null, known: { timer: false, agenda: false } };

/** Takes over the timer as it stands at `now`, in milliseconds; null: none runs. */
export function withTimer(board: RoomBoard, timer: TimerContent | null, now: number): RoomBoard {
  return {
    ...board,
    timer: timer && { ...timer, left: Math.min(timer.left, timer.total), at: now },
    known: { ...board.known, timer: true },
  };
}

/** Takes over an agenda; an item that it does not have is not the current one. */
export function withAgenda(board: RoomBoard, agenda: AgendaContent | null): RoomBoard {
  const known = { ...board.known, agenda: true };
  if (!agenda) return { ...board, agenda, known };
  const { items, current } = agenda;
  const within = current !== null && current < items.length ? current : null;
  return { ...board, agenda: { items, current: within }, known };
}

/** What a newcomer is told, as far as it has not heard anything newer. */
export function withIntroduction(
  board: RoomBoard,
  told: { readonly timer: TimerContent | null; readonly agenda: AgendaContent | null },
  now: number,
): RoomBoard {
  const timed = board.known.timer ? board : withTimer(board, told.timer, now);
  return timed.known.agenda ? timed : withAgenda(timed, told.agenda);
}

/** Milliseconds left of a timer. */
export function leftOf({ left, running, at }: Timer, now: number): number {
  return running ? Math.max(0, left - Math.max(0, now - at)) : left;
}

/** A timer as it is now, to be told to others. */
export function timerNow(timer: Timer, now: number): TimerContent {
  const { total, running } = timer;
  return { total, left: Math.round(leftOf(timer, now)), running };
}
