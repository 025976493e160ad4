import { describe, expect, it } from 'vitest';
import {
  EVERY_MS,
  KEEP_MS,
  noSamples,
  type Reading,
  type Samples,
  withReading,
} from '../../../server/admin/samples.ts';

const START = 1_800_000_000_000;

const reading = (change: Partial<Reading> = {}): Reading => ({
  at: START,
  meetings: 1,
  people: 3,
  streamsIn: 4,
  streamsOut: 8,
  bytesIn: 1_000,
  bytesOut: 2_000,
  mediaCpu: 0.25,
  serverCpuMs: 500,
  ...change,
});
const sampled = (...readings: readonly Reading[]): Samples => readings.reduce(withReading, noSamples);

describe('samples', () => {
  it('begin with the second reading, which alone has something to be compared with', () => {
    expect(sampled(reading()).kept).toEqual([]);
    const next = reading({ at: START + 10_000, bytesIn: 11_000, bytesOut: 2_000, serverCpuMs: 1_500 });
    expect(sampled(reading(), next).kept).toEqual([
      {
        at: START + 10_000,
        meetings: 1,
        people: 3,
        streamsIn: 4,
        streamsOut: 8,
        bitsIn: 8_000,
        bitsOut: 0,
        mediaCpu: 0.25,
        serverCpu: 0.1,
      },
    ]);
  });

  it('hold one hour, however long it goes on', () => {
    const many = Array.from({ length: 500 }, (_, n) => reading({ at: START + n * EVERY_MS }));
    const { kept } = sampled(...many);
    expect(kept).toHaveLength(KEEP_MS / EVERY_MS);
    expect(kept.at(-1)?.at).toBe(START + 499 * EVERY_MS);
  });

  it('show no rate below zero when counters fall', () => {
    const fewer = reading({ at: START + 1_000, bytesIn: 0, serverCpuMs: 0 });
    expect(sampled(reading(), fewer).kept).toMatchObject([{ bitsIn: 0, serverCpu: 0 }]);
  });

  it('start anew when the clock goes back, and stay in order', () => {
    const [first, second] = [reading({ at: START + 60_000 }), reading({ at: START + 90_000 })];
    const back = sampled(first, second, reading({ at: START + 70_000 }), reading({ at: START + 100_000 }));
    expect(back.kept.map(({ at }) => at)).toEqual([START + 100_000]);
  });

  it('leave what was kept before as it was', () => {
    const before = sampled(reading(), reading({ at: START + 1_000 }));
    const kept = [...before.kept];
    withReading(before, reading({ at: START + 2 * KEEP_MS }));
    expect(before.kept).toEqual(kept);
  });
});
