import { describe, expect, it } from 'vitest';
import { heardOf } from '../../../client/media/networkPath.ts';
import { SilenceWatch } from '../../../client/media/silence.ts';
import { StatsEntry } from '../../../client/media/statsReport.ts';
import { ManualTimers } from './fixtures.ts';

/** A connection that hears `step` bytes between two looks. */
function listening() {
  const timers = new ManualTimers();
  const line = { heard: 0 as number | null, step: 100, alarms: 0 };
  const watch = new SilenceWatch(
    timers,
    async () => {
      if (line.heard !== null) line.heard += line.step;
      return line.heard;
    },
    () => line.alarms++,
  );
  return { timers, line, watch };
}

describe('SilenceWatch', () => {
  it('calls within two seconds of the end of a flow, and again and again for some seconds', async () => {
    const { timers, line } = listening();
    await timers.advance(5_000);
    expect(line.alarms).toBe(0);
    line.step = 0;
    await timers.advance(1_000);
    expect(line.alarms).toBe(0);
    await timers.advance(500);
    expect(line.alarms).toBe(1);
    await timers.advance(2_500);
    expect(line.alarms).toBe(6);
    await timers.advance(60_000);
    expect(line.alarms).toBe(6);
  });

  it('calls no more once the flow goes on', async () => {
    const { timers, line } = listening();
    await timers.advance(5_000);
    line.step = 0;
    await timers.advance(2_000);
    line.step = 100;
    await timers.advance(60_000);
    expect(line.alarms).toBe(2);
  });

  it('calls again when a new flow ends', async () => {
    const { timers, line } = listening();
    for (const step of [100, 0, 100, 0]) {
      line.step = step;
      await timers.advance(5_000);
    }
    expect(line.alarms).toBe(12);
  });

  it('keeps still over a short gap, and over what never flowed', async () => {
    const { timers, line } = listening();
    for (let round = 0; round < 20; round++) {
      line.step = 100;
      await timers.advance(2_500);
      line.step = 0;
      await timers.advance(1_000);
    }
    expect(line.alarms).toBe(0);

    const sparse = listening();
    for (let round = 0; round < 20; round++) {
      sparse.line.step = round % 3 === 0 ? 100 : 0;
      await sparse.timers.advance(500);
    }
    sparse.line.step = 0;
    await sparse.timers.advance(10_000);
    expect(sparse.line.alarms).toBe(0);
  });

  it('begins anew with another connection, and where nothing is known', async () => {
    const { timers, line } = listening();
    await timers.advance(5_000);
    line.heard = 7;
    line.step = 0;
    await timers.advance(10_000);
    line.heard = null;
    await timers.advance(10_000);
    expect(line.alarms).toBe(0);
  });

  it('ends when closed', async () => {
    const { timers, line, watch } = listening();
    await timers.advance(5_000);
    line.step = 0;
    watch.close();
    await timers.advance(60_000);
    expect(line.alarms).toBe(0);
  });
});

describe('What was heard', () => {
  const report = (...entries: object[]) =>
    new Map(entries.map((entry, at) => [String(at), new StatsEntry(entry)]));

  it('is told by the transport, or by the pair in use', () => {
    const pair = { type: 'candidate-pair', state: 'succeeded', nominated: true, bytesReceived: 5 };
    expect(heardOf(report(pair, { type: 'transport', bytesReceived: 9 }))).toBe(9);
    expect(heardOf(report({ ...pair, nominated: false, bytesReceived: 1 }, pair))).toBe(5);
    expect(heardOf(report({ type: 'codec' }))).toBeNull();
  });
});
