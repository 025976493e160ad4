import { useState } from 'react';
import { type Policy, type Preset, presets } from '../../../shared/roles.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { changeWords } from './changeWords.ts';
import { changesOf, type PolicyChange, withPreset } from './policyChange.ts';

/** The kind of meeting, and by what its rules differ from that kind by now. */
export function PresetSection({ policy }: { policy: Policy }) {
  const m = useMessages();
  const [next, setNext] = useState<Preset | null>(null);
  const own = changesOf(withPreset(policy, policy.preset), policy);
  return (
    <PanelSection
      title={m.host.preset}
      aside={own.length > 0 && <span className="host-changed">{m.host.changed}</span>}
    >
      <RadioCards<Preset>
        label={m.host.preset}
        labelHidden
        value={policy.preset}
        onChange={setNext}
        choices={presets.map((value) => ({ value, ...m.presets[value] }))}
      />
      {own.length > 0 && (
        <>
          <p className="host-note">{m.host.changedText}</p>
          <Changes changes={own} />
          <div className="host-buttons">
            <Button size="s" onPress={() => setNext(policy.preset)}>
              {m.host.backToPreset}
            </Button>
          </div>
        </>
      )}
      {next !== null && <PresetDialog policy={policy} preset={next} onClose={() => setNext(null)} />}
    </PanelSection>
  );
}

interface DialogProps {
  readonly policy: Policy;
  readonly preset: Preset;
  readonly onClose: () => void;
}

/** Shows what another kind of meeting changes, what becomes looser first, before it is in force. */
function PresetDialog({ policy, preset, onClose }: DialogProps) {
  const m = useMessages();
  const actions = useActions();
  const to = withPreset(policy, preset);
  const changes = changesOf(policy, to);
  const looser = changes.filter((change) => change.looser);
  const others = changes.filter((change) => !change.looser);
  return (
    <Dialog
      title={m.changes.title(m.presets[preset].name)}
      role="alertdialog"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            {m.common.cancel}
          </Button>
          <Button
            tone={looser.length > 0 ? 'warn' : 'primary'}
            onPress={() => {
              actions.setPolicy(to);
              onClose();
            }}
          >
            {m.changes.apply}
          </Button>
        </>
      }
    >
      {changes.length === 0 && <p>{m.changes.none}</p>}
      {looser.length > 0 && (
        <section>
          <h3 className="host-heading host-heading-looser">{m.changes.looser}</h3>
          <Changes changes={looser} />
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h3 className="host-heading">{m.changes.stricter}</h3>
          <Changes changes={others} />
        </section>
      )}
    </Dialog>
  );
}

function Changes({ changes }: { changes: readonly PolicyChange[] }) {
  const m = useMessages();
  const format = useFormat();
  const texts = changes.map((change) => changeWords(change, m, format));
  return (
    <ul className="host-changes">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
