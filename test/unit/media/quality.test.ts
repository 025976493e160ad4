import { describe, expect, it } from 'vitest';
import { type QualityInput, QualitySmoother, qualityOf } from '../../../client/media/quality.ts';
import type { StreamStats } from '../../../client/media/stats.ts';
import { device } from './fixtures.ts';

function stream(change: Partial<StreamStats>): StreamStats {
  return {
    direction: 'receive',
    device: device(1),
    source: 'camera',
    rid: null,
    codec: 'video/VP8',
    scalabilityMode: null,
    width: 640,
    height: 360,
    framesPerSecond: 30,
    bitrate: 500_000,
    loss: 0,
    jitter: 0,
    rttMs: 20,
    limitation: null,
    path: null,
    ...change,
  };
}

function judge(streams: readonly StreamStats[], change: Partial<QualityInput> = {}) {
  return qualityOf({ streams, reconnecting: false, shrunk: 0, suffering: [], ...change });
}

describe('qualityOf', () => {
  it('is good without a reason to the contrary', () => {
    expect(judge([stream({}), stream({ direction: 'send', limitation: 'none' })])).toEqual({
      level: 'good',
      reasons: [],
    });
    expect(judge([])).toEqual({ level: 'good', reasons: [] });
  });

  it('names loss by direction, and weighs each stream by its bits', () => {
    const thumbnail = stream({ bitrate: 5_000, loss: 0.5 });
    expect(judge([thumbnail, stream({ bitrate: 2_000_000 })]).level).toBe('good');
    expect(judge([stream({ loss: 0.08 })])).toEqual({
      level: 'poor',
      reasons: [{ kind: 'packet-loss', direction: 'receive', percent: 8 }],
    });
    expect(judge([stream({ direction: 'send', loss: 0.04 }), stream({})])).toEqual({
      level: 'fair',
      reasons: [{ kind: 'packet-loss', direction: 'send', percent: 4 }],
    });
  });

  it('tells a slow upload from a busy device, a slow download and a long way', () => {
    const kinds = (...given: Parameters<typeof judge>) => judge(...given).reasons.map(({ kind }) => kind);
    expect(kinds([stream({ direction: 'send', limitation: 'bandwidth' })])).toEqual(['slow-upload']);
    expect(kinds([stream({ direction: 'send', limitation: 'cpu' })])).toEqual(['busy-device']);
    expect(kinds([stream({})], { shrunk: 1 })).toEqual(['slow-download']);
    expect(judge([stream({ rttMs: 700 }), stream({ rttMs: 650 })])).toEqual({
      level: 'poor',
      reasons: [{ kind: 'delay', ms: 650 }],
    });
  });

  it('puts the worst first, and blames others only while this side is sound', () => {
    const suffering = [device(4)];
    expect(judge([stream({ limitation: 'cpu' })], { reconnecting: true, suffering }).reasons).toEqual([
      { kind: 'reconnecting' },
      { kind: 'busy-device' },
    ]);
    expect(judge([stream({})], { suffering })).toEqual({
      level: 'good',
      reasons: [{ kind: 'other-side', devices: suffering }],
    });
  });
});

describe('QualitySmoother', () => {
  it('shows a change once it lasts', () => {
    const good = judge([stream({})]);
    const poor = judge([stream({ loss: 0.2 })]);
    const smoother = new QualitySmoother();
    const shown = [poor, good, poor, poor, good, good, poor, good, good, good].map(
      (each) => smoother.take(each).level,
    );
    expect(shown.join(' ')).toBe('good good good poor poor poor poor poor poor good');
  });
});
