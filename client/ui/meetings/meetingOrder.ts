import type { MeetingEntry } from '../../meeting/library/entry.ts';
import { nextOccurrence } from '../../meeting/library/occurrences.ts';

/** One's own meetings as they are listed. */
export interface Listed {
  readonly entry: MeetingEntry;
  /** When it is on next; null without a date, and after the last one. */
  readonly next: number | null;
}

/**
 * What is coming, the soonest first; then one's own without a date and those one was invited to, the newest first;
 * then what is over.
 */
export function listed(
  entries: readonly MeetingEntry[],
  now: number,
): {
  readonly coming: readonly Listed[];
  readonly undated: readonly Listed[];
  readonly joined: readonly Listed[];
  readonly over: readonly Listed[];
} {
  const all = entries.map((entry) => ({
    entry,
    next: entry.schedule ? nextOccurrence(entry.schedule, now) : null,
  }));
  const isOver = ({ entry, next }: Listed) => entry.ended || (entry.schedule !== null && next === null);
  const newest = (one: Listed, other: Listed) => other.entry.created - one.entry.created;
  const undated = all.filter((each) => !isOver(each) && each.next === null);
  return {
    coming: all
      .filter((each) => !isOver(each) && each.next !== null)
      .toSorted((one, other) => (one.next ?? 0) - (other.next ?? 0)),
    undated: undated.filter(({ entry }) => entry.role === 'host').toSorted(newest),
    joined: undated.filter(({ entry }) => entry.role === 'member').toSorted(newest),
    over: all.filter(isOver).toSorted(newest),
  };
}
