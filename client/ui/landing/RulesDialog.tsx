import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingRules, SavedPreset } from '../../meeting/library/entry.ts';
import { PRESET_NAME_CHARACTERS } from '../../meeting/library/limits.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { TextField } from '../components/TextField.tsx';
import { ChangeList } from '../policy/ChangeList.tsx';
import { PolicyEditor } from '../policy/PolicyEditor.tsx';
import { policyChanges } from '../policy/policyChanges.ts';
import { builtinPolicy } from './startChoice.ts';

interface Props {
  readonly rules: MeetingRules;
  /** The preset of one's own that is edited, if it is one. */
  readonly preset: SavedPreset | null;
  readonly onUse: (rules: MeetingRules) => void;
  /** Resolves to whether it was saved. */
  readonly onSave: (name: string, rules: MeetingRules) => Promise<boolean>;
  readonly onClose: () => void;
}

/** The rules of a meeting before it begins; for this once, or as a preset of one's own. */
export function RulesDialog({ rules, preset, onUse, onSave, onClose }: Props) {
  const m = useMessages();
  const [policy, setPolicy] = useState(rules.policy);
  const [name, setName] = useState(preset?.name ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const edited = { ...rules, policy };
  const base = policy.preset;
  const changes = policyChanges(builtinPolicy(base), policy);

  async function save(): Promise<void> {
    if (name.trim() === '') return setProblem(m.begin.presetNameMissing);
    if (await onSave(name, edited)) onClose();
    else setProblem(m.begin.notSaved);
  }

  return (
    <Dialog
      title={preset ? m.begin.editTitle(preset.name) : m.begin.adjustTitle}
      onClose={onClose}
      wide
      actions={
        <>
          <Button onPress={() => void save()}>{preset ? m.begin.savePreset : m.begin.saveAsPreset}</Button>
          <Button
            tone="primary"
            onPress={() => {
              onUse(edited);
              onClose();
            }}
          >
            {m.begin.useOnce}
          </Button>
        </>
      }
    >
      <div className="rules-dialog">
        <PolicyEditor policy={policy} onChange={(next) => setPolicy({ ...next, label: null })} />
        <section className="rules-part">
          <h3>{m.begin.comparedTo(m.presets[base].name)}</h3>
          {changes.length === 0 ? <p>{m.begin.noChanges}</p> : <ChangeList changes={changes} />}
        </section>
        <TextField
          label={m.begin.presetName}
          description={m.begin.presetNameHelp}
          value={name}
          maxLength={PRESET_NAME_CHARACTERS}
          error={problem}
          onChange={(text) => {
            setName(text);
            setProblem(null);
          }}
        />
      </div>
    </Dialog>
  );
}
