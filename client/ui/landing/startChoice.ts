import { type Preset, presetPolicy } from '../../../shared/roles.ts';
import type { LastChoice, MeetingRules, SavedPreset } from '../../meeting/library/entry.ts';
import type { Kept } from '../../meeting/library/shelf.ts';
import { sameRules } from '../policy/policyChanges.ts';

/** By which rules a meeting is to be founded, and under which name they are shown. */
export type Choice = Omit<LastChoice, 'v'>;

/** The presets every site has, the default first. */
export const builtins: readonly Preset[] = ['moderated', 'open', 'classroom', 'webinar'];

/** The rules of a preset as it comes with the product. */
export function builtinPolicy(preset: Preset): MeetingRules['policy'] {
  return { ...presetPolicy(preset), label: null };
}

/** What is set of a meeting whatever its preset. */
export interface SetApart extends Pick<MeetingRules, 'suite' | 'label'> {
  readonly policy?: Pick<MeetingRules['policy'], 'residency'>;
}

/** A preset as it comes; classification, kind of keys and regions stay as they are set. */
export function builtinChoice(preset: Preset, { suite, label, policy }: SetApart): Choice {
  const residency = policy?.residency;
  const rules = { ...builtinPolicy(preset), ...(residency && { residency }) };
  return { source: { kind: 'builtin', preset }, rules: { policy: rules, suite, label } };
}

/** A preset of the person's own, chosen as it was saved. */
export function savedChoice({ id, rules }: SavedPreset): Choice {
  return { source: { kind: 'saved', id }, rules };
}

/** Whether two sets of rules make the same meeting. */
export function sameMeeting(one: MeetingRules, other: MeetingRules): boolean {
  return one.suite === other.suite && one.label === other.label && sameRules(one.policy, other.policy);
}

/**
 * What to start from: the rules of the last meeting, by their content. A preset that says something else by now
 * does not stand in for them. Null where they cannot be read: then the person is asked, and nothing is assumed.
 */
export function resumeChoice(last: Kept<LastChoice>, presets: readonly SavedPreset[]): Choice | null {
  if (last.state === 'unreadable') return null;
  if (last.state === 'none') return builtinChoice('moderated', { suite: 'x-wing', label: null });
  const { source, rules } = last.thing;
  const custom: Choice = { source: { kind: 'custom' }, rules };
  switch (source.kind) {
    case 'custom':
      return custom;
    case 'builtin':
      return sameRules(builtinChoice(source.preset, rules).rules.policy, rules.policy)
        ? { source, rules }
        : custom;
    case 'saved': {
      const preset = presets.find(({ id }) => id === source.id);
      return preset && sameMeeting(preset.rules, rules) ? { source, rules } : custom;
    }
  }
}

/** A choice as one text, for a list of radio buttons. */
export function choiceKey({ source }: Choice): string {
  switch (source.kind) {
    case 'custom':
      return 'custom';
    case 'builtin':
      return `builtin:${source.preset}`;
    case 'saved':
      return `saved:${source.id}`;
  }
}
