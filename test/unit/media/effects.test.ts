import { describe, expect, it } from 'vitest';
import { meanLuma, nextBrightness } from '../../../client/media/effects/brightness.ts';
import { EffectBudget } from '../../../client/media/effects/budget.ts';

describe('EffectBudget', () => {
  const run = (costs: readonly number[], intervalMs = 33) => {
    const budget = new EffectBudget();
    return costs.findIndex((cost, at) => !budget.take(cost, intervalMs, at * intervalMs));
  };

  it('ends an effect that stays over its share for three seconds', () => {
    expect(run(Array.from({ length: 200 }, () => 10))).toBe(-1);
    const ended = run(Array.from({ length: 200 }, () => 30));
    expect(ended * 33).toBeGreaterThanOrEqual(3_000);
    expect(ended * 33).toBeLessThan(3_100);
  });

  it('forgives a passing load', () => {
    const costs = Array.from({ length: 400 }, (_, at) => (at % 100 < 60 ? 30 : 1));
    expect(run(costs)).toBe(-1);
  });
});

describe('brightness', () => {
  const grey = (value: number) => new Uint8ClampedArray([value, value, value, 255, value, value, value, 255]);
  const settle = (luma: number) => {
    let factor = 1;
    for (let look = 0; look < 50; look++) factor = nextBrightness(luma, factor);
    return factor;
  };

  it('leaves a lit picture alone and lifts a dark one, within bounds', () => {
    expect(meanLuma(grey(128))).toBeCloseTo(0.5, 1);
    expect(settle(meanLuma(grey(128)))).toBeCloseTo(1);
    expect(settle(0.3)).toBeCloseTo(1.5, 2);
    expect(settle(0)).toBeCloseTo(1.9, 2);
  });

  it('moves step by step', () => {
    expect(nextBrightness(0, 1)).toBeLessThan(1.3);
  });
});
