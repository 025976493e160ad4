import { limits } from '../../../shared/limits.ts';
import type { PollDefinition, Tally } from '../../e2ee/activityContent.ts';

/** With fewer ballots than this, an anonymous poll shows no breakdown. */
export const FEWEST_ANONYMOUS = 3;

/** A ballot for the options chosen; in a ranked poll the first chosen has the first place. */
export function markBallot({ kind }: Pick<PollDefinition, 'kind'>, chosen: readonly number[]): string {
  const digits = Array.from({ length: limits.pollOptions }, (_, option) => {
    const place = chosen.indexOf(option) + 1;
    return place === 0 ? '0' : kind === 'ranked' ? DIGITS.charAt(place) : '1';
  });
  return digits.join('');
}

/** The options that a ballot chooses; of a ranked one the first place first. */
export function chosenIn(marks: string): number[] {
  const places = [...marks].map((digit) => DIGITS.indexOf(digit));
  return places
    .flatMap((place, option) => (place > 0 ? [{ place, option }] : []))
    .sort((one, other) => one.place - other.place)
    .map(({ option }) => option);
}

/** Whether a ballot is one that this poll can have: an empty one only where any number may be chosen. */
export function fits({ kind, options }: PollDefinition, marks: string): boolean {
  const chosen = chosenIn(marks);
  if (chosen.some((option) => option >= options.length)) return false;
  if (marks !== markBallot({ kind }, chosen)) return false;
  if (kind === 'single' || kind === 'quiz') return chosen.length === 1;
  return kind === 'multiple' || chosen.length > 0;
}

/**
 * Counts ballots: votes for each option; in a ranked poll points after Borda, of n options n for the first
 * place, n - 1 for the second, none for what was left out.
 */
export function countBallots({ kind, options, anonymous }: PollDefinition, ballots: Iterable<string>): Tally {
  const all = [...ballots];
  if (anonymous && all.length < FEWEST_ANONYMOUS) return { ballots: all.length, counts: null };
  const counts = options.map(() => 0);
  for (const marks of all) {
    for (const [place, option] of chosenIn(marks).entries()) {
      counts[option] = (counts[option] ?? 0) + (kind === 'ranked' ? options.length - place : 1);
    }
  }
  return { ballots: all.length, counts };
}

/** Whether a published count can be true of a poll. */
export function isPlausible({ kind, options, anonymous }: PollDefinition, tally: Tally): boolean {
  const { ballots, counts } = tally;
  if (counts === null) return anonymous && ballots < FEWEST_ANONYMOUS;
  if (anonymous && ballots < FEWEST_ANONYMOUS) return false;
  const most = ballots * (kind === 'ranked' ? options.length : 1);
  return counts.length === options.length && counts.every((count) => count <= most);
}

const DIGITS = '0123456789a';
