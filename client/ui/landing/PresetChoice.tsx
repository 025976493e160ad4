import { SlidersHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Preset } from '../../../shared/roles.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import type { MeetingRules } from '../../meeting/library/entry.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import type { Question } from '../components/Confirm.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { later, laterWithTexts, Part } from '../later.tsx';
import { policyChanges } from '../policy/policyChanges.ts';
import { builtinChoice, builtinPolicy, choiceKey, savedChoice } from './startChoice.ts';
import type { StartChoice } from './useStartChoice.ts';

const Confirm = later(async () => (await import('../components/Confirm.tsx')).Confirm);
const RulesDialog = laterWithTexts(async () => (await import('./RulesDialog.tsx')).RulesDialog);

interface Props {
  readonly start: StartChoice;
  /** The presets this site allows. */
  readonly builtins: readonly Preset[];
}

/** Presets to start by, one's own among them; adjusting, saving and deleting them. */
export function PresetChoice({ start, builtins }: Props) {
  const m = useSiteMessages();
  const [adjusting, setAdjusting] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const { choice, presets } = start;
  const source = choice?.source;
  const preset = source?.kind === 'saved' ? presets.find(({ id }) => id === source.id) : undefined;
  const set = choice?.rules ?? { suite: 'x-wing' as const, label: null };

  const choices = [
    ...(source?.kind === 'custom' && choice
      ? [{ choice, name: m.begin.asSet, text: summary(choice.rules) }]
      : []),
    ...builtins.map((each) => ({ choice: builtinChoice(each, set), ...m.presets[each] })),
    ...presets.map((each) => ({ choice: savedChoice(each), name: each.name, text: summary(each.rules) })),
  ].map((each) => ({ ...each, value: choiceKey(each.choice) }));

  return (
    <div className="preset-choice">
      {start.lost && (
        <div role="alert">
          <Banner tone="warn" title={m.begin.lostTitle}>
            {m.begin.lostText}
          </Banner>
        </div>
      )}
      <RadioCards
        label={m.landing.presetLabel}
        value={choice ? choiceKey(choice) : null}
        onChange={(value) => {
          const chosen = choices.find((each) => each.value === value);
          if (chosen) start.choose(chosen.choice);
        }}
        choices={choices}
      />
      {start.unreadable.map((id) => (
        <Banner
          key={id}
          tone="warn"
          title={m.begin.presetUnreadable}
          actions={
            <Button size="s" onPress={() => void start.remove(id)}>
              {m.begin.deletePreset}
            </Button>
          }
        >
          {m.begin.presetUnreadableText}
        </Banner>
      ))}
      {start.unsaved && (
        <div role="alert">
          <Banner tone="warn" title={m.begin.notSaved} />
        </div>
      )}
      {choice && (
        <div className="button-row">
          <Button size="s" icon={<SlidersHorizontal aria-hidden="true" />} onPress={() => setAdjusting(true)}>
            {preset ? m.begin.editPreset : m.begin.adjust}
          </Button>
          {preset && (
            <Button
              size="s"
              icon={<Trash2 aria-hidden="true" />}
              onPress={() =>
                setQuestion({
                  title: m.begin.deleteTitle(preset.name),
                  text: m.begin.deleteText,
                  confirm: m.begin.deletePreset,
                  tone: 'warn',
                  act: () => void start.remove(preset.id),
                })
              }
            >
              {m.begin.deletePreset}
            </Button>
          )}
        </div>
      )}
      {adjusting && choice && (
        <Part>
          <RulesDialog
            rules={choice.rules}
            preset={preset ?? null}
            onUse={(rules) => start.choose({ source: { kind: 'custom' }, rules })}
            onSave={(name, rules) => start.save(name, rules, preset?.id)}
            onClose={() => setAdjusting(false)}
          />
        </Part>
      )}
      {question && (
        <Part>
          <Confirm question={question} onClose={() => setQuestion(null)} />
        </Part>
      )}
    </div>
  );

  function summary({ policy, label }: MeetingRules): string {
    const base = m.presets[policy.preset].name;
    const changes = policyChanges(builtinPolicy(policy.preset), policy);
    const looser = changes.filter(({ direction }) => direction === 'looser').length;
    const rules = m.begin.summary(base, looser, changes.length - looser);
    return label === null ? rules : m.begin.withLabel(rules, label);
  }
}
