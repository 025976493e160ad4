import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PollDefinition } from '../../../client/e2ee/activityContent.ts';
import { chosenIn, countBallots, fits, markBallot } from '../../../client/meeting/activities/ballots.ts';
import {
  applyToPolls,
  noPolls,
  type PollEvent,
  type Polls,
  tallyOf,
  tellOf,
} from '../../../client/meeting/activities/polls.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';

const device = (letter: string) => deviceKey.parse(`${letter.repeat(42)}A`);
const maker = device('A');
const second = device('B');
const third = device('C');
const fourth = device('D');
const id = (n: number) => String(n).padStart(16, '0');
const definition = (change: Partial<PollDefinition> = {}): PollDefinition => ({
  kind: 'single',
  question: 'Where?',
  options: ['a', 'b', 'c'],
  anonymous: false,
  ...change,
});
const ref = { maker, id: id(1) };
const open = (change: Partial<PollDefinition> = {}): PollEvent => ({
  do: 'open',
  from: maker,
  id: id(1),
  definition: definition(change),
});
const vote = (from: DeviceKey, chosen: number[], sealed = false, kind: PollDefinition['kind'] = 'single') =>
  ({
    do: 'ballot',
    from,
    poll: ref,
    marks: markBallot({ kind }, chosen),
    sealed,
  }) satisfies PollEvent;
const run = (...events: PollEvent[]) => events.reduce(applyToPolls, noPolls);
const only = (polls: Polls) => {
  const [poll] = polls.list;
  if (!poll) throw new Error('no poll');
  return poll;
};

describe('ballots', () => {
  it('carry choices and order at one length', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(9), { maxLength: 10 }), (chosen) => {
        const ranked = markBallot({ kind: 'ranked' }, chosen);
        expect(ranked).toHaveLength(10);
        expect(chosenIn(ranked)).toEqual(chosen);
        const plain = markBallot({ kind: 'multiple' }, chosen);
        expect(plain).toHaveLength(10);
        expect(chosenIn(plain)).toEqual([...chosen].sort((a, b) => a - b));
      }),
    );
  });

  it('fit the poll or do not count', () => {
    expect(fits(definition(), '1000000000')).toBe(true);
    for (const marks of ['0000000000', '1100000000', '2000000000', '0001000000'])
      expect(fits(definition(), marks), marks).toBe(false);
    expect(fits(definition({ kind: 'multiple' }), '0000000000')).toBe(true);
    const ranked = definition({ kind: 'ranked' });
    expect(fits(ranked, '2130000000')).toBe(true);
    for (const marks of ['0000000000', '1100000000', '1300000000', '0200000000'])
      expect(fits(ranked, marks), marks).toBe(false);
  });

  it('are counted, ranks after Borda, and not told apart where few are anonymous', () => {
    const ranks = ['1230000000', '2100000000'];
    expect(countBallots(definition({ kind: 'ranked' }), ranks)).toEqual({ ballots: 2, counts: [5, 5, 1] });
    const anonymous = definition({ anonymous: true });
    const three = ['1000000000', '1000000000', '0010000000'];
    expect(countBallots(anonymous, three)).toEqual({ ballots: 3, counts: [2, 0, 1] });
    expect(countBallots(anonymous, three.slice(1))).toEqual({ ballots: 2, counts: null });
  });
});

describe('a poll', () => {
  it('takes one ballot of each member, the last before it closed', () => {
    const polls = run(
      open(),
      vote(second, [0]),
      vote(third, [1]),
      vote(second, [2]),
      { do: 'close', from: maker, poll: ref, answer: null },
      vote(third, [2]),
      { do: 'share', from: maker, poll: ref, tally: null },
    );
    expect(tallyOf(only(polls))).toEqual({ ballots: 2, counts: [0, 1, 1] });
    expect(only(polls).stage).toBe('shared');
  });

  it('with sealed ballots or an answer is closed and shared by its maker alone, truthfully as far as can be seen', () => {
    const close = (from: DeviceKey): PollEvent => ({
      do: 'close',
      from,
      poll: ref,
      answer: { option: 1, why: '' },
    });
    for (const change of [{ anonymous: true }, { kind: 'quiz' as const }]) {
      expect(only(run(open(change), close(second))).stage).toBe('open');
      expect(only(run(open(change), close(maker))).stage).toBe('closed');
    }
    expect(only(run(open(), close(second))).answer).toBeNull();
    expect(only(run(open({ kind: 'quiz' }), close(maker))).answer).toEqual({ option: 1, why: '' });
    const share = (tally: { ballots: number; counts: number[] | null } | null) =>
      only(run(open({ anonymous: true }), close(maker), { do: 'share', from: maker, poll: ref, tally }))
        .stage;
    expect(share({ ballots: 3, counts: [1, 1, 1] })).toBe('shared');
    expect(share({ ballots: 2, counts: null })).toBe('shared');
    for (const untrue of [null, { ballots: 2, counts: [1, 1, 0] }, { ballots: 3, counts: [4, 0, 0] }])
      expect(share(untrue)).toBe('closed');
  });

  it('takes sealed ballots where anonymous, open ones where not', () => {
    expect(only(run(open({ anonymous: true }), vote(second, [0]))).ballots.size).toBe(0);
    expect(only(run(open({ anonymous: true }), vote(second, [0], true))).ballots.size).toBe(1);
    expect(only(run(open(), vote(second, [0], true))).ballots.size).toBe(0);
  });

  it('is lost with whoever alone could count it', () => {
    const gone = (device: DeviceKey, staffed: boolean): PollEvent => ({ do: 'gone', device, staffed });
    expect(only(run(open(), gone(maker, true))).stage).toBe('open');
    expect(only(run(open(), gone(maker, false))).stage).toBe('lost');
    expect(only(run(open({ anonymous: true }), gone(second, true))).stage).toBe('open');
    expect(only(run(open({ anonymous: true }), gone(maker, true))).stage).toBe('lost');
  });

  it('is not replaced by another of its name, nor does its introduction tell sealed ballots', () => {
    expect(only(run(open(), open({ question: 'Other?' }))).definition.question).toBe('Where?');
    expect(tellOf(only(run(open({ anonymous: true }), vote(second, [0], true)))).ballots).toEqual([]);
  });
});

const from = fc.constantFrom(maker, second, third, fourth);
const poll = fc.record({ maker: fc.constantFrom(maker, second), id: fc.constantFrom(id(1), id(2)) });

/** Any order of what members may say, rights aside. */
const event: fc.Arbitrary<PollEvent> = fc.oneof(
  fc.record({
    do: fc.constant('open' as const),
    from: fc.constantFrom(maker, second),
    id: fc.constantFrom(id(1), id(2)),
    definition: fc.record({
      kind: fc.constantFrom('single' as const, 'multiple' as const, 'ranked' as const, 'quiz' as const),
      question: fc.constant('Q'),
      options: fc.constant<string[]>(['a', 'b', 'c']),
      anonymous: fc.constant(false),
    }),
  }),
  fc.record({
    do: fc.constant('ballot' as const),
    from,
    poll,
    marks: fc.constantFrom('1000000000', '0100000000', '2130000000', '1100000000'),
    sealed: fc.constant(false),
  }),
  fc.record({ do: fc.constant('close' as const), from, poll, answer: fc.constant(null) }),
  fc.record({ do: fc.constant('share' as const), from, poll, tally: fc.constant(null) }),
  fc.record({
    do: fc.constant('gone' as const),
    device: fc.constantFrom(maker, second),
    staffed: fc.boolean(),
  }),
);

/** Events in which no name is given twice, as names are random. */
const stream = fc.array(event, { maxLength: 40 }).map((events) => {
  const named = new Set<string>();
  return events.filter((each) => {
    if (each.do !== 'open') return true;
    const name = `${each.from}${each.id}`;
    return !named.has(name) && named.add(name);
  });
});

const picture = (polls: Polls) =>
  new Map(
    polls.list.map((poll) => {
      const { ballots, ...rest } = tellOf(poll);
      return [`${poll.ref.maker}${poll.ref.id}`, { ...rest, ballots: Object.fromEntries(ballots) }];
    }),
  );

describe('two members', () => {
  it('that were lost are taken up by their maker alone, with the ballots of both sides', () => {
    const lost = run(open(), vote(second, [0]), vote(third, [1]), {
      do: 'gone',
      device: maker,
      staffed: false,
    });
    expect(only(lost).stage).toBe('lost');
    const known = { ...tellOf(only(run(open(), vote(second, [2]), vote(fourth, [2])))) };
    expect(only(applyToPolls(lost, { do: 'known', known, byMaker: false })).stage).toBe('lost');
    const back = only(applyToPolls(lost, { do: 'known', known, byMaker: true }));
    expect(back.stage).toBe('open');
    expect([...back.ballots.keys()].sort()).toEqual([second, third, fourth]);
    expect(tallyOf(back)).toEqual({ ballots: 3, counts: [1, 1, 1] });
  });

  it('who hear the same agree, whenever the second came and whatever was said before it was told', () => {
    fc.assert(
      fc.property(stream, fc.nat(40), fc.nat(10), (events, at, late) => {
        const came = Math.min(at, events.length);
        const told = Math.min(came + late, events.length);
        const first = events.reduce(applyToPolls, noPolls);
        // Told as of its coming, placed later; nobody leaves in between, as that would be another epoch.
        const between = events.slice(came, told);
        fc.pre(between.every((each) => each.do !== 'gone'));
        const known = events.slice(0, came).reduce(applyToPolls, noPolls).list.map(tellOf);
        let newcomer = between.reduce(applyToPolls, noPolls);
        for (const poll of known)
          newcomer = applyToPolls(newcomer, { do: 'known', known: poll, byMaker: true });
        newcomer = events.slice(told).reduce(applyToPolls, newcomer);
        expect(picture(newcomer)).toEqual(picture(first));
      }),
      { numRuns: 500 },
    );
  });
});
