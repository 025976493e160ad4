import { describe, expect, it } from 'vitest';
import { CommitTurn } from '../../../client/meeting/core/commitTurn.ts';
import { ManualClock } from '../sframe/fixture.ts';

const MINUTES = 60_000;

/** A device in line whose commits are noted with their time. */
function device(clock = new ManualClock(), takes: () => boolean = () => true) {
  const commits: { at: number; rekey: boolean }[] = [];
  const turn: CommitTurn = new CommitTurn(clock, async ({ rekey }) => {
    commits.push({ at: clock.now(), rekey });
    if (takes()) turn.newEpoch();
  });
  turn.newEpoch();
  return { clock, turn, commits };
}

/** Lets promises settle between steps of time. */
async function pass(clock: ManualClock, ms: number, step = 50): Promise<void> {
  for (let done = 0; done < ms; done += step) {
    clock.advance(Math.min(step, ms - done));
    await Promise.resolve();
    await Promise.resolve();
  }
}

describe('due work', () => {
  it('is gathered for a moment and committed once by the first in line', async () => {
    const { clock, turn, commits } = device();
    turn.consider(true, 0, 3);
    await pass(clock, 50);
    turn.consider(true, 0, 3);
    expect(commits).toEqual([]);
    await pass(clock, 100);
    expect(commits).toHaveLength(1);
    expect(commits[0]?.rekey).toBe(false);
  });

  it('is gathered for longer in a large meeting, where one commit costs everybody, and by the second for longer still', async () => {
    const clock = new ManualClock();
    const start = clock.now();
    const [first, second] = [device(clock), device(clock)];
    first.turn.consider(true, 0, 500);
    second.turn.consider(true, 1, 500);
    await pass(clock, 10_000);
    expect((first.commits[0]?.at ?? 0) - start).toBe(1_250);
    expect((second.commits[0]?.at ?? 0) - start).toBe(2_450);
    const largest = device(clock);
    const before = clock.now();
    largest.turn.consider(true, 0, 5_000);
    await pass(clock, 10_000);
    expect((largest.commits[0]?.at ?? 0) - before).toBe(2_000);
  });

  it('is taken over one after the other when the first stays silent, the second within 2 s', async () => {
    const clock = new ManualClock();
    const start = clock.now();
    const [second, third] = [device(clock), device(clock)];
    second.turn.consider(true, 1, 3);
    third.turn.consider(true, 2, 3);
    await pass(clock, 2_000);
    expect(second.commits).toHaveLength(1);
    expect((second.commits[0]?.at ?? 0) - start).toBeLessThanOrEqual(2_000);
    expect(third.commits).toEqual([]);
    await pass(clock, 2_000);
    expect(third.commits).toHaveLength(1);
  });

  it('waits for nobody when it is this device’s own decision', async () => {
    const { clock, turn, commits } = device();
    turn.hurry();
    turn.consider(true, 7, 9);
    await pass(clock, 50);
    expect(commits).toHaveLength(1);
  });

  it('that is gone is not committed', async () => {
    const { clock, turn, commits } = device();
    turn.consider(true, 1, 2);
    await pass(clock, 1_000);
    turn.consider(false, 1, 2);
    await pass(clock, 5_000);
    expect(commits).toEqual([]);
  });

  it('keeps its place however often the situation is looked at', async () => {
    const { clock, turn, commits } = device();
    for (let i = 0; i < 40; i++) {
      turn.consider(true, 1, 2);
      await pass(clock, 50);
    }
    expect(commits.length).toBeGreaterThan(0);
  });

  it('that came to nothing is tried again, not at once', async () => {
    let takes = false;
    const { clock, turn, commits } = device(undefined, () => takes);
    turn.consider(true, 0, 2);
    await pass(clock, 1_000);
    expect(commits).toHaveLength(1);
    takes = true;
    await pass(clock, 1_200);
    expect(commits).toHaveLength(2);
  });

  it('holds back after a refusal as long as it was told to', async () => {
    const { clock, turn, commits } = device();
    turn.retryAfter(3_000);
    turn.consider(true, 0, 2);
    await pass(clock, 2_900);
    expect(commits).toEqual([]);
    await pass(clock, 200);
    expect(commits).toHaveLength(1);
  });
});

describe('fresh keys', () => {
  it('come within five minutes, from each member in turn', async () => {
    const clock = new ManualClock();
    const members = [device(clock), device(clock), device(clock)];
    const seen: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const [rank, { turn }] of members.entries()) turn.consider(false, rank, 3);
      const before = members.map(({ commits }) => commits.length);
      let waited = 0;
      while (members.every(({ commits }, i) => commits.length === before[i])) {
        await pass(clock, 1_000, 1_000);
        waited += 1_000;
        expect(waited).toBeLessThanOrEqual(5 * MINUTES);
      }
      const by = members.findIndex(({ commits }, i) => commits.length > (before[i] ?? 0));
      expect(members[by]?.commits.at(-1)?.rekey).toBe(true);
      seen.push(by);
      for (const [i, { turn }] of members.entries()) if (i !== by) turn.newEpoch();
    }
    expect(seen.toSorted()).toEqual([0, 1, 2]);
  });

  it('are counted from the last epoch, whatever began it', async () => {
    const { clock, turn, commits } = device();
    turn.consider(false, 0, 1);
    await pass(clock, 3 * MINUTES, 5_000);
    turn.newEpoch();
    turn.consider(false, 0, 1);
    await pass(clock, 3 * MINUTES, 5_000);
    expect(commits).toEqual([]);
    await pass(clock, 2 * MINUTES, 5_000);
    expect(commits).toHaveLength(1);
  });
});

it('stops for good, twice too', async () => {
  const { clock, turn, commits } = device();
  turn.consider(true, 0, 2);
  turn.stop();
  turn.stop();
  await pass(clock, 10 * MINUTES, 10_000);
  expect(commits).toEqual([]);
});
