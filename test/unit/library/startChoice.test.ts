import { describe, expect, it } from 'vitest';
import {
  type LastChoice,
  type MeetingRules,
  type SavedPreset,
  savedPreset,
} from '../../../client/meeting/library/entry.ts';
import { builtinChoice, builtinPolicy, resumeChoice } from '../../../client/ui/landing/startChoice.ts';
import { withRight } from '../../../client/ui/policy/policyChanges.ts';
import { operatorKey } from '../../../shared/residency.ts';

const rules = (policy: MeetingRules['policy'], label: string | null = null): MeetingRules => ({
  policy,
  suite: 'x-wing',
  label,
});
const kept = (source: LastChoice['source'], of: MeetingRules) =>
  ({ state: 'kept', thing: { v: 1, source, rules: of } }) as const;

const classroom = builtinPolicy('classroom');
const preset: SavedPreset = savedPreset.parse({
  v: 1,
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  name: 'Class 3B',
  rules: rules({ ...classroom, watermark: true }),
  changed: 1,
});
const builtin = { kind: 'builtin', preset: 'classroom' } as const;
const saved = { kind: 'saved', id: preset.id } as const;
const custom = { kind: 'custom' } as const;

describe('another preset', () => {
  it('leaves where media may pass as it is set', () => {
    const residency = { operator: operatorKey.parse('A'.repeat(43)), regions: ['Taipei'] };
    const bound = rules({ ...classroom, residency });
    const next = builtinChoice('open', bound);
    expect(next.rules.policy).toEqual({ ...builtinPolicy('open'), residency });
    // And the preset is still known by its name the next time.
    expect(resumeChoice(kept(builtin, bound), [])).toEqual({ source: builtin, rules: bound });
  });
});

describe('what a new meeting starts from', () => {
  it('is Moderated on a device that never made one', () => {
    expect(resumeChoice({ state: 'none' }, [])).toEqual({
      source: { kind: 'builtin', preset: 'moderated' },
      rules: rules(builtinPolicy('moderated')),
    });
  });

  it('is asked where the last choice cannot be read', () => {
    expect(resumeChoice({ state: 'unreadable' }, [preset])).toBe(null);
  });

  it('is the last choice under its name, with its classification', () => {
    expect(resumeChoice(kept(builtin, rules(classroom, 'Internal')), [])).toEqual({
      source: builtin,
      rules: rules(classroom, 'Internal'),
    });
    expect(resumeChoice(kept(saved, preset.rules), [preset])?.source).toEqual(saved);
  });

  it.each([
    ['a preset that was deleted', saved, preset.rules, []],
    [
      'a preset whose watermark was taken away',
      saved,
      preset.rules,
      [{ ...preset, rules: rules(classroom) }],
    ],
    ['a preset that lost its label', saved, rules(preset.rules.policy, 'Internal'), [preset]],
    [
      'a built-in preset that this version rules differently',
      builtin,
      rules({ ...withRight(classroom, ['participant'], 'react', false), label: null }),
      [],
    ],
  ] as const)('is its content, not %s', (_name, source, last, presets) => {
    expect(resumeChoice(kept(source, last), presets)).toEqual({ source: custom, rules: last });
  });
});
