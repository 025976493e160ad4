import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hear, SPEAKING, type SpeakerState, silence } from '../../../client/ui/meeting/speaker.ts';
import { planStage, type StageInput, type StageItem } from '../../../client/ui/meeting/stagePlan.ts';
import { arrange, placeOwn } from '../../../client/ui/meeting/tileOrder.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';

const key = (n: number) => deviceKey.parse(`${String(n).padStart(4, '0')}${'A'.repeat(39)}`);
const [ann, bo, cy, self] = [key(1), key(2), key(3), key(9)];
const STEP = 100;

/** Speech as one letter for each tenth of a second: `a` and `b` speak alone, `+` both, `B` Bo shouts over Ann. */
function play(script: string, state: SpeakerState = silence, from = 1000): (DeviceKey | null)[] {
  let current = state;
  return [...script].map((sign, index) => {
    const level = (loud: boolean) => (loud ? 0.3 : 0.01);
    current = hear(
      current,
      [
        { device: ann, level: level('a+B'.includes(sign)) },
        { device: bo, level: sign === 'B' ? 0.9 : level('b+'.includes(sign)) },
      ],
      from + index * STEP,
    );
    return current.active;
  });
}

const repeat = (sign: string, seconds: number) => sign.repeat(seconds * 10);

describe('active speaker', () => {
  it('is nobody until somebody has spoken for half a second', () => {
    expect(play(`${repeat('.', 1)}aaa${repeat('.', 1)}`).at(-1)).toBe(null);
    expect(play(`${repeat('.', 1)}aaaaaaa`).at(-1)).toBe(ann);
  });

  it('stays through pauses and after the last word', () => {
    const heard = play(`${repeat('a', 3)}......${repeat('a', 1)}${repeat('.', 20)}`);
    expect(heard.slice(10).every((active) => active === ann)).toBe(true);
  });

  it('does not jump at a cough, and changes when the other one goes on', () => {
    expect(play(`${repeat('a', 3)}${repeat('.', 1)}bb${repeat('.', 2)}`).at(-1)).toBe(ann);
    expect(play(`${repeat('a', 3)}${repeat('.', 1)}${repeat('b', 1)}`).at(-1)).toBe(bo);
  });

  it('stays with who spoke first while both speak, unless drowned out', () => {
    expect(play(`${repeat('a', 3)}${repeat('+', 8)}`).at(-1)).toBe(ann);
    expect(play(`${repeat('a', 3)}${repeat('B', 5)}`).at(-1)).toBe(bo);
  });

  it('shows nobody for less than two seconds, whatever is said', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '+', 'B', '.'), { maxLength: 300 }), (signs) => {
        const heard = play(signs.join(''));
        const changes = heard.flatMap((active, index) =>
          index > 0 && active !== heard[index - 1] ? [index] : [],
        );
        for (const [index, change] of changes.slice(1).entries())
          expect(change - (changes[index] ?? 0)).toBeGreaterThanOrEqual(20);
      }),
    );
  });

  it('lets go of who has left', () => {
    const talking = hear(hear(silence, [{ device: ann, level: 1 }], 0), [{ device: ann, level: 1 }], 600);
    expect(talking.active).toBe(ann);
    expect(hear(talking, [{ device: bo, level: SPEAKING }], 700).active).toBe(null);
  });
});

describe('order of tiles', () => {
  const present = [ann, bo, cy];
  const base = { present, firstPage: 2, active: null, heardAt: () => 0 };

  it('keeps places as people come and go', () => {
    expect(arrange([bo, ann], { ...base, present: [ann, bo, cy] })).toEqual([bo, ann, cy]);
    expect(arrange([bo, cy, ann], { ...base, present: [ann, bo] })).toEqual([bo, ann]);
    const order = [...present];
    expect(arrange(order, base)).toBe(order);
  });

  it('brings a speaker of a later page forward, in the place of the most silent', () => {
    const heardAt = (device: DeviceKey) => (device === ann ? 5 : 1);
    expect(arrange(present, { ...base, active: cy, heardAt })).toEqual([ann, cy, bo]);
  });

  it('moves nobody who is on the first page already', () => {
    expect(arrange(present, { ...base, active: bo })).toBe(present);
  });
});

describe('one’s own place', () => {
  const of = (device: DeviceKey, source: StageItem['source'] = 'camera'): StageItem => ({ device, source });
  const devices = (rest: readonly StageItem[], places: number) =>
    placeOwn(rest, self, places).map(({ device, source }) => (source === 'camera' ? device : source));

  it('is the first, unless the page has room for one or two only: others come first there', () => {
    const rest = [of(self), of(ann), of(bo)];
    expect(devices(rest, 3)).toEqual([self, ann, bo]);
    expect(devices(rest, 2)).toEqual([ann, self, bo]);
    expect(devices(rest, 1)).toEqual([ann, bo, self]);
    expect(devices(rest, 0)).toEqual([ann, bo, self]);
  });

  it('is behind shared screens', () => {
    const rest = [of(cy, 'screen'), of(self), of(ann), of(bo)];
    expect(devices(rest, 3)).toEqual(['screen', self, ann, bo]);
    expect(devices(rest, 2)).toEqual(['screen', ann, self, bo]);
  });

  it('is where it was, where nobody else is or one is not shown small', () => {
    expect(devices([of(self)], 1)).toEqual([self]);
    expect(devices([of(self, 'screen'), of(ann)], 1)).toEqual(['screen', ann]);
  });
});

describe('stage plan', () => {
  const base: StageInput = {
    people: [self, ann, bo],
    self,
    screens: [],
    mode: 'auto',
    pinned: null,
    spotlight: [],
    board: false,
    speaker: null,
    hideSelf: false,
  };
  const large = (change: Partial<StageInput>) =>
    planStage({ ...base, ...change }).main.map(({ device, source }) => [device, source]);

  it('shows all as equals, until a screen is shared', () => {
    expect(large({})).toEqual([]);
    expect(large({ screens: [ann] })).toEqual([[ann, 'screen']]);
    expect(large({ screens: [ann], mode: 'grid' })).toEqual([]);
  });

  it('puts one’s own pin before the spotlight, the spotlight before screens, screens before the speaker', () => {
    const all = { screens: [ann], spotlight: [bo], speaker: ann, mode: 'speaker' as const };
    expect(large({ ...all, pinned: { device: self, source: 'camera' } })).toEqual([[self, 'camera']]);
    expect(large(all)).toEqual([[bo, 'camera']]);
    expect(large({ ...all, spotlight: [] })).toEqual([[ann, 'screen']]);
    expect(large({ ...all, spotlight: [], screens: [] })).toEqual([[ann, 'camera']]);
  });

  it('forgets a pin whose screen has ended', () => {
    expect(large({ pinned: { device: ann, source: 'screen' } })).toEqual([]);
  });

  it('hides oneself only where others are, and not from a layout of one', () => {
    expect(planStage({ ...base, hideSelf: true }).rest.map(({ device }) => device)).toEqual([ann, bo]);
    expect(planStage({ ...base, hideSelf: true, people: [self] }).rest).toHaveLength(1);
    expect(large({ mode: 'speaker', people: [self] })).toEqual([]);
  });

  it('shows everybody exactly once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('auto' as const, 'grid' as const, 'speaker' as const, 'sidebar' as const),
        fc.subarray([self, ann, bo, cy]),
        fc.subarray([ann, bo, cy]),
        fc.subarray([ann, cy]),
        (mode, people, spotlight, screens) => {
          const { main, rest } = planStage({ ...base, mode, people, spotlight, screens });
          const shown = [...main, ...rest].map(({ device, source }) => `${device} ${source}`).sort();
          const all = [...people.map((each) => `${each} camera`), ...screens.map((each) => `${each} screen`)];
          expect(shown).toEqual(all.sort());
        },
      ),
    );
  });
});
