import { useState } from 'react';
import { type Policy, type Preset, presetPolicy, presets } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Switch } from '../components/Switch.tsx';
import { useActions } from '../meeting/useMeeting.ts';

const adjustable = ['speak', 'camera', 'share', 'chat', 'react', 'rename'] as const;
type Adjustable = (typeof adjustable)[number];

/** Lock, everyone at once, and the rules of the meeting. */
export function HostPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const [question, setQuestion] = useState<Question | null>(null);
  const { policy } = view;
  const governs = view.rights.has('govern');
  return (
    <Panel title={m.host.title} onClose={onClose}>
      {governs && (
        <PanelSection title={m.host.admission}>
          <Switch
            name={m.host.lock}
            text={m.host.lockText}
            on={view.locked}
            onChange={(locked) => actions.setLocked(locked)}
          />
          {policy !== null && (
            <Switch
              name={m.host.lobby}
              text={m.host.lobbyText}
              on={policy.lobby}
              onChange={(lobby) => actions.setPolicy({ ...policy, lobby })}
            />
          )}
        </PanelSection>
      )}
      {view.rights.has('moderate') && (
        <PanelSection title={m.host.everyone}>
          <Button
            onPress={() =>
              setQuestion({
                title: m.confirm.muteAllTitle,
                text: m.confirm.muteAllText,
                confirm: m.confirm.muteAll,
                tone: 'warn',
                act: () => actions.stop('everyone', ['microphone'], false),
              })
            }
          >
            {m.host.muteAll}
          </Button>
          <Button onPress={() => actions.stop('everyone', ['camera'], false)}>{m.host.stopCameras}</Button>
          <Button onPress={() => actions.stop('everyone', ['screen', 'screenAudio'], false)}>
            {m.host.stopShares}
          </Button>
        </PanelSection>
      )}
      {governs && policy !== null && (
        <>
          <PanelSection title={m.host.may}>
            <div>
              {adjustable.map((right) => (
                <Switch
                  key={right}
                  name={m.permissions[right]}
                  on={policy.permissions.participant.includes(right)}
                  onChange={(on) => actions.setPolicy(withRight(policy, right, on))}
                />
              ))}
            </div>
          </PanelSection>
          <PanelSection title={m.host.preset}>
            <RadioCards<Preset>
              label={m.host.preset}
              labelHidden
              value={view.preset}
              onChange={(preset) => actions.setPolicy(presetPolicy(preset))}
              choices={presets.map((value) => ({ value, ...m.presets[value] }))}
            />
          </PanelSection>
        </>
      )}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </Panel>
  );
}

function withRight(policy: Policy, right: Adjustable, on: boolean): Policy {
  const change = <Right extends string>(rights: readonly Right[], added: Right) => {
    const others = rights.filter((each) => each !== added);
    return on ? [...others, added] : others;
  };
  return {
    ...policy,
    permissions: {
      ...policy.permissions,
      participant: change(policy.permissions.participant, right),
      guest: change(policy.permissions.guest, right),
    },
  };
}
