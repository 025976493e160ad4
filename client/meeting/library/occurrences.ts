import type { Schedule } from './entry.ts';
import { daysLater, weekday } from './zone.ts';

const DAYS = { day: 1, weekday: 1, week: 7, fortnight: 14 } as const;

/** When a meeting begins, each time; milliseconds since 1970. */
export function occurrences({ start, zone, repeats }: Schedule): readonly number[] {
  if (!repeats) return [start];
  const times: number[] = [];
  const workday = (at: number) => weekday(at, zone) % 6 !== 0;
  for (let step = 0; times.length < repeats.times; step += 1) {
    // Each from the first: an hour moved by the change of clocks must not stay moved.
    const at = daysLater(start, step * DAYS[repeats.rhythm], zone);
    if (repeats.rhythm !== 'weekday' || workday(at)) times.push(at);
  }
  return times;
}

/** The one that is on now or comes next; null where all are over. */
export function nextOccurrence(schedule: Schedule, now: number): number | null {
  const length = schedule.minutes * 60_000;
  return occurrences(schedule).find((at) => at + length > now) ?? null;
}

/** The one after a moment; null where there is none. */
export function occurrenceAfter(schedule: Schedule, at: number): number | null {
  return occurrences(schedule).find((each) => each > at) ?? null;
}
