import type { Schedule } from './entry.ts';
import type { Rhythm } from './limits.ts';
import { daysLater, wallTime, weekday } from './zone.ts';

/** When a meeting begins, each time; milliseconds since 1970. */
export function occurrences({ start, zone, repeats }: Schedule): readonly number[] {
  if (!repeats) return [start];
  const times: number[] = [];
  // Each from the first: an hour moved by the change of clocks must not stay moved.
  for (let step = 0; times.length < repeats.times; step += 1) {
    const at = atStep(repeats.rhythm, start, step, zone);
    if (at !== null) times.push(at);
  }
  return times;
}

/** The beginning after so many steps of a rhythm; null where that step has none. */
function atStep(rhythm: Rhythm, start: number, step: number, zone: string): number | null {
  switch (rhythm) {
    case 'day':
      return daysLater(start, step, zone);
    case 'weekday': {
      const at = daysLater(start, step, zone);
      return weekday(at, zone) % 6 === 0 ? null : at;
    }
    case 'week':
      return daysLater(start, step * 7, zone);
    case 'fortnight':
      return daysLater(start, step * 14, zone);
    case 'month':
    case 'monthWeekday':
      return monthsLater(rhythm, start, step, zone);
  }
}

/** On the same date, which a shorter month may lack, or on the same weekday of the month. */
function monthsLater(
  rhythm: 'month' | 'monthWeekday',
  start: number,
  months: number,
  zone: string,
): number | null {
  const { year, month, day } = wallTime(start, zone);
  // Months count from 0 here; day 0 is the last one of the month before.
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const place = placeInMonth(start, zone);
  const earliest = 1 + ((weekday(start, zone) - first.getUTCDay() + 7) % 7);
  const weekdays = Math.floor((days - earliest) / 7) + 1;
  const target = rhythm === 'month' ? day : earliest + 7 * ((place === -1 ? weekdays : place) - 1);
  if (target > days) return null;
  const to = Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), target);
  return daysLater(start, Math.round((to - Date.UTC(year, month - 1, day)) / 86_400_000), zone);
}

/** Which of its weekday in the month a moment falls on, counted from 1; -1 for a fifth one, which means the last. */
export function placeInMonth(at: number, zone: string): number {
  const place = Math.ceil(wallTime(at, zone).day / 7);
  return place > 4 ? -1 : place;
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
