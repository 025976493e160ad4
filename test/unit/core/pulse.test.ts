import { beforeAll, describe, expect, it } from 'vitest';
import { ready } from '../../../client/e2ee/sodium.ts';
import { Pulse, type PulseVerdict } from '../../../client/meeting/core/pulse.ts';
import { type Testimony, Witness } from '../../../client/meeting/core/witness.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, recordHash } from '../../../shared/ids.ts';
import { device, ManualClock } from '../sframe/fixture.ts';

beforeAll(() => ready());

const [one, two, three] = [device(1), device(2), device(3)];
type View = 'same' | 'different' | 'ahead' | 'outdated';

/** A pulse among others; what they state is made from what this device has seen itself. */
function scene(others: DeviceKey[] = [one, two]) {
  const clock = new ManualClock();
  const verdicts: PulseVerdict[] = [];
  let beats = 0;
  let overdue = false;
  const witness = new Witness();
  const entry = (seq: number) => ({ kind: 'gone', seq, device: one }) as const;
  const head = recordHash.parse(toBase64Url(new Uint8Array(32)));
  witness.begin({ groupId: new Uint8Array(16), epoch: 1n, head }, 4, clock.now());
  witness.see(entry(5), clock.now());
  const early = stated(witness);
  const pulse = new Pulse(clock, witness, {
    beat: () => {
      beats++;
    },
    others: () => others,
    overdue: () => overdue,
    verdict: (verdict) => verdicts.push(verdict),
  });
  pulse.start();
  const statement = (view: View): Testimony => {
    const own = stated(witness);
    if (view === 'different') return { ...own, digest: early.digest.replace(/^../, 'AA') };
    if (view === 'ahead') return { ...own, seq: own.seq + 1 };
    return view === 'outdated' ? early : own;
  };
  const hear = (from: DeviceKey, view: View) => pulse.heard(from, statement(view));
  return {
    clock,
    pulse,
    verdicts,
    hear,
    get beats() {
      return beats;
    },
    setOverdue: (value: boolean) => {
      overdue = value;
    },
    /** Something happens that this device sees. */
    seeMore: () => witness.see(entry(6), clock.now()),
    /** Time passes while the given members show again and again what they see. */
    pass(ms: number, seen: ReadonlyMap<DeviceKey, View>) {
      for (let done = 0; done < ms; done += 500) {
        for (const [from, view] of seen) hear(from, view);
        clock.advance(500);
      }
      return verdicts.at(-1);
    },
  };
}

function stated(witness: Witness): Testimony {
  const testimony = witness.testimony();
  if (!testimony) throw new Error('nothing seen');
  return testimony;
}

const seeing = (...views: readonly [DeviceKey, View][]): ReadonlyMap<DeviceKey, View> => new Map(views);
const agreeing = seeing([one, 'same'], [two, 'same']);

describe('the pulse', () => {
  it('beats, and is content while all agree', () => {
    const stage = scene();
    expect(stage.pass(60_000, agreeing)).toBe('fine');
    expect(new Set(stage.verdicts)).toEqual(new Set(['fine']));
    expect(stage.beats).toBeGreaterThanOrEqual(20);
  });

  it('calls a fork within 10 s of the first contradiction, however many agree', () => {
    const stage = scene();
    const split = seeing(...agreeing, [two, 'different']);
    stage.pass(10_000, agreeing);
    expect(stage.pass(10_000, split)).toBe('fork');
    expect(stage.pass(30_000, split)).toBe('fork');
  });

  it('forgives what settles', () => {
    const stage = scene();
    for (let i = 0; i < 10; i++) {
      stage.pass(3_000, seeing(...agreeing, [two, 'ahead']));
      stage.pass(2_000, agreeing);
    }
    expect(new Set(stage.verdicts)).toEqual(new Set(['fine']));
  });

  it('calls stale what stays ahead', () => {
    const stage = scene();
    expect(stage.pass(10_000, seeing(...agreeing, [one, 'ahead']))).toBe('stale');
    expect(stage.pass(5_000, agreeing)).toBe('fine');
  });

  it('calls stale a member that falls silent, within 15 s', () => {
    const stage = scene();
    stage.pass(10_000, agreeing);
    expect(stage.pass(14_500, seeing([one, 'same']))).toBe('stale');
  });

  it('is not calmed by hoarded statements', () => {
    const stage = scene();
    stage.pass(10_000, agreeing);
    stage.seeMore();
    expect(stage.pass(4_000, seeing(...agreeing, [two, 'outdated']))).toBe('fine');
    expect(stage.pass(20_000, seeing(...agreeing, [two, 'outdated']))).toBe('stale');
  });

  it('expects nothing of those who are gone', () => {
    const here = [one, two];
    const stage = scene(here);
    stage.pass(5_000, agreeing);
    stage.hear(two, 'different');
    here.pop();
    expect(stage.pass(30_000, seeing([one, 'same']))).toBe('fine');
  });

  it('gives a newcomer its time', () => {
    const here = [one];
    const stage = scene(here);
    stage.pass(30_000, seeing([one, 'same']));
    here.push(three);
    expect(stage.pass(4_000, seeing([one, 'same']))).toBe('fine');
    expect(stage.pass(12_000, seeing([one, 'same']))).toBe('stale');
  });

  it('forgives an absence of this device, and no more than that', () => {
    const stage = scene();
    stage.pass(10_000, agreeing);
    stage.clock.advance(9_000);
    stage.pulse.excuse(9_000);
    expect(stage.pass(8_000, seeing([one, 'same']))).toBe('fine');
    expect(stage.pass(5_000, seeing([one, 'same']))).toBe('stale');
    const flapping = scene();
    flapping.pass(10_000, agreeing);
    for (let i = 0; i < 7; i++) {
      flapping.pass(2_000, seeing([one, 'same']));
      flapping.pulse.excuse(20);
    }
    expect(flapping.verdicts.at(-1)).toBe('stale');
  });

  it('hears what is ahead and what does not open', () => {
    const ahead = scene();
    ahead.clock.advance(2_000);
    ahead.pulse.ahead(one);
    expect(ahead.pass(10_000, seeing([two, 'same']))).toBe('stale');
    const unreadable = scene();
    unreadable.clock.advance(2_000);
    unreadable.pulse.unreadable(one);
    expect(unreadable.pass(9_000, seeing([two, 'same']))).toBe('fork');
  });

  it('calls stale what is overdue here', () => {
    const stage = scene();
    stage.setOverdue(true);
    expect(stage.pass(3_000, agreeing)).toBe('stale');
  });

  it('stops for good, twice too', () => {
    const stage = scene();
    stage.pulse.stop();
    stage.pulse.stop();
    stage.clock.advance(60_000);
    expect(stage.verdicts).toEqual([]);
    expect(stage.beats).toBe(0);
  });
});
