import { useState } from 'react';
import { type Policy, type Preset, presets } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { useRecordingAllowed } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { ChangeList } from '../policy/ChangeList.tsx';
import { policyChanges } from '../policy/policyChanges.ts';
import { withPreset } from './hostRules.ts';

/** The kind of meeting, and by what its rules differ from that kind by now. */
export function PresetSection({ policy }: { policy: Policy }) {
  const m = useMessages();
  const [next, setNext] = useState<Preset | null>(null);
  const recordingAllowed = useRecordingAllowed();
  const own = policyChanges(withPreset(policy, policy.preset, recordingAllowed), policy);
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
          <ChangeList changes={own} />
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
  const to = withPreset(policy, preset, useRecordingAllowed());
  const changes = policyChanges(policy, to);
  const looser = changes.some(({ direction }) => direction === 'looser');
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
            tone={looser ? 'warn' : 'primary'}
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
      {changes.length === 0 ? <p>{m.changes.none}</p> : <ChangeList changes={changes} />}
    </Dialog>
  );
}
