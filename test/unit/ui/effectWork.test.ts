import { describe, expect, it } from 'vitest';
import { en } from '../../../client/i18n/en.ts';
import { createFormat } from '../../../client/i18n/format.ts';
import { type EffectsView, plainCall } from '../../../client/meeting/callView.ts';
import { noiseWork, pictureWork } from '../../../client/ui/panels/effectWork.ts';

const format = createFormat('en');
const on = (costMs: number | null) => ({ state: 'on', costMs }) as const;
const loading = { state: 'loading', costMs: null } as const;
const blur = { kind: 'blur', strength: 'light' } as const;
const words = (change: Partial<EffectsView>) => {
  const effects = { ...plainCall.effects, ...change };
  return {
    background: pictureWork('background', effects, en, format),
    brighten: pictureWork('brighten', effects, en, format),
    noise: noiseWork(effects, en, format),
  };
};

describe('what effects cost', () => {
  it('is told of each that is on and has been measured', () => {
    expect(words({})).toEqual({ background: null, brighten: null, noise: null });
    expect(words({ background: blur, backgroundState: on(7.4) }).background).toBe(
      'Costs this device 7 ms for each picture.',
    );
    expect(words({ brighten: true, brightenState: on(2.6) })).toEqual({
      background: null,
      brighten: 'Costs this device 3 ms for each picture.',
      noise: null,
    });
    expect(words({ brighten: true, brightenState: on(null) }).brighten).toBeNull();
    expect(words({ noiseSuppression: true, noiseState: on(0.34) }).noise).toBe(
      'Costs this device 0.3 ms for each 10 ms of sound.',
    );
  });

  it('is told once of two that are drawn together', () => {
    const both = { background: blur, backgroundState: on(9), brighten: true, brightenState: on(9) };
    expect(words(both)).toEqual({
      background: 'Together with brightening, costs this device 9 ms for each picture.',
      brighten: null,
      noise: null,
    });
  });

  it('is never nothing', () => {
    expect(words({ noiseState: on(0.01) }).noise).toContain(' 0.1 ms');
    expect(words({ noiseState: on(0.97) }).noise).toContain(' 1 ms');
  });

  it('is not known while the effect is being fetched', () => {
    expect(words({ brightenState: loading, noiseState: loading })).toEqual({
      background: null,
      brighten: 'Loading; your picture stays as it is until then',
      noise: 'Loading; your sound stays as it is until then',
    });
  });
});
