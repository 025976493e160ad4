import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { KnownPoll, PollDefinition, PollRef, QuizAnswer, Tally } from '../../e2ee/activityContent.ts';
import { countBallots, fits, isPlausible } from './ballots.ts';

/** `lost`: who alone could count left before the results were shared. */
export type PollStage = KnownPoll['stage'];

export interface Poll {
  readonly ref: PollRef;
  readonly definition: PollDefinition;
  readonly stage: PollStage;
  /** One for each member. Sealed ones are known to the maker alone. */
  readonly ballots: ReadonlyMap<DeviceKey, string>;
  /** Of a quiz, once it is closed. */
  readonly answer: QuizAnswer | null;
  /** Of an anonymous poll, once it is shared. */
  readonly tally: Tally | null;
}

export type PollEvent =
  | {
      readonly do: 'open';
      readonly from: DeviceKey;
      readonly id: string;
      readonly definition: PollDefinition;
    }
  | {
      readonly do: 'ballot';
      readonly from: DeviceKey;
      readonly poll: PollRef;
      readonly marks: string;
      /** Nobody but this device could read it. */
      readonly sealed: boolean;
    }
  | {
      readonly do: 'close';
      readonly from: DeviceKey;
      readonly poll: PollRef;
      readonly answer: QuizAnswer | null;
    }
  | { readonly do: 'share'; readonly from: DeviceKey; readonly poll: PollRef; readonly tally: Tally | null }
  /** `byMaker`: told by who made it, which can take a lost poll up again. */
  | { readonly do: 'known'; readonly known: KnownPoll; readonly byMaker: boolean }
  /** As this device itself knew it before its page was reloaded. */
  | { readonly do: 'remembered'; readonly known: KnownPoll }
  /** A device left the group; `staffed` while others are here who may moderate. */
  | { readonly do: 'gone'; readonly device: DeviceKey; readonly staffed: boolean };

type Later = Extract<PollEvent, { poll: PollRef }>;

export interface Polls {
  readonly list: readonly Poll[];
  /** What was said of polls that this device, having just come, has not been told of yet. */
  readonly early: readonly Later[];
}

export const noPolls: Polls = { list: [], early: [] };

const EARLY_KEPT = 1_000;

/** A poll's name on screen. */
export function keyOf({ maker, id }: PollRef): string {
  return `${maker}:${id}`;
}

/** Only the maker can close it and share its results: it alone has the ballots, or the right answer. */
export function isMakersOwn({ kind, anonymous }: PollDefinition): boolean {
  return anonymous || kind === 'quiz';
}

/** Whether a member with the right to moderate may close this poll and share its results. */
export function mayHandle({ ref, definition }: Poll, device: DeviceKey): boolean {
  return ref.maker === device || !isMakersOwn(definition);
}

/** The polls after an event. Whoever needs a right for it must have been found to have it. */
export function applyToPolls(polls: Polls, event: PollEvent): Polls {
  switch (event.do) {
    case 'open':
      return begin(polls, {
        ref: { maker: event.from, id: event.id },
        definition: event.definition,
        stage: 'open',
        ballots: new Map(),
        answer: null,
        tally: null,
      });
    case 'known': {
      const { poll: ref, definition, tally } = event.known;
      if (tally && !isPlausible(definition, tally)) return polls;
      const told = pollOf({ ...event.known, ballots: definition.anonymous ? [] : event.known.ballots });
      const listed = polls.list.find((poll) => keyOf(poll.ref) === keyOf(ref));
      if (listed?.stage === 'lost' && event.byMaker) return exchange(polls, takenUp(listed, told));
      // Said after this was put together, heard before.
      const since = polls.early.filter((each) => keyOf(each.poll) === keyOf(ref));
      return begin(polls, since.reduce(applyToPoll, told));
    }
    case 'remembered':
      return begin(polls, pollOf(event.known));
    case 'gone':
      return { ...polls, list: polls.list.map((poll) => withoutMember(poll, event)) };
    default: {
      const key = keyOf(event.poll);
      if (!polls.list.some(({ ref }) => keyOf(ref) === key))
        return { ...polls, early: [...polls.early, event].slice(-EARLY_KEPT) };
      const list = polls.list.map((poll) => (keyOf(poll.ref) === key ? applyToPoll(poll, event) : poll));
      return { ...polls, list };
    }
  }
}

/** What newcomers are told of a poll. */
export function tellOf({ ref, definition, stage, answer, tally, ballots }: Poll): KnownPoll {
  const told = definition.anonymous ? [] : [...ballots].slice(0, 1_000);
  return { poll: ref, definition, stage, answer, tally, ballots: told };
}

/** Counted here, where the ballots are here; otherwise as its maker published it. */
export function tallyOf({ definition, ballots, tally }: Poll): Tally | null {
  return definition.anonymous ? tally : countBallots(definition, ballots.values());
}

/** A poll with the ballots that it can have. */
function pollOf({ poll: ref, definition, stage, answer, tally, ballots }: KnownPoll): Poll {
  const fitting = ballots.filter(([, marks]) => fits(definition, marks));
  return { ref, definition, stage, answer, tally, ballots: new Map(fitting) };
}

/** A poll whose maker is back. What was heard here stands; the maker says how far it is. */
function takenUp(lost: Poll, { stage, answer, tally, ballots }: Poll): Poll {
  return { ...lost, stage, answer, tally, ballots: new Map([...ballots, ...lost.ballots]) };
}

function exchange(polls: Polls, poll: Poll): Polls {
  const key = keyOf(poll.ref);
  return { ...polls, list: polls.list.map((each) => (keyOf(each.ref) === key ? poll : each)) };
}

function begin(polls: Polls, poll: Poll): Polls {
  const key = keyOf(poll.ref);
  if (polls.list.some(({ ref }) => keyOf(ref) === key)) return polls;
  const early = polls.early.filter((event) => keyOf(event.poll) !== key);
  return { list: [...polls.list, poll].slice(-limits.polls), early };
}

function applyToPoll(poll: Poll, event: Later): Poll {
  const { definition, stage, ref } = poll;
  switch (event.do) {
    case 'ballot': {
      if (stage !== 'open' || event.sealed !== definition.anonymous) return poll;
      if (!fits(definition, event.marks)) return poll;
      return { ...poll, ballots: new Map(poll.ballots).set(event.from, event.marks) };
    }
    case 'close': {
      if (stage !== 'open' || !mayHandle(poll, event.from)) return poll;
      const answer = definition.kind === 'quiz' ? event.answer : null;
      return { ...poll, stage: 'closed', answer };
    }
    case 'share': {
      if (stage !== 'closed' || !mayHandle(poll, event.from)) return poll;
      if (!definition.anonymous) return { ...poll, stage: 'shared' };
      if (event.tally === null || event.from !== ref.maker || !isPlausible(definition, event.tally))
        return poll;
      return { ...poll, stage: 'shared', tally: event.tally };
    }
  }
}

function withoutMember(poll: Poll, { device, staffed }: PollEvent & { do: 'gone' }): Poll {
  if (poll.stage === 'shared' || poll.stage === 'lost') return poll;
  const helpless = !staffed || (isMakersOwn(poll.definition) && poll.ref.maker === device);
  return helpless ? { ...poll, stage: 'lost' } : poll;
}
