import { sources } from '../../../shared/records/record.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import type { Question } from '../components/Confirm.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import './host.css';

interface Props {
  readonly view: MeetingView;
  readonly onAsk: (question: Question) => void;
}

/** What is done to everybody below co-host with one press. */
export function EveryoneSection({ view, onAsk }: Props) {
  const m = useMessages();
  const actions = useActions();
  const hands = view.members.some((member) => member.hand !== null);
  return (
    <PanelSection title={m.host.everyone}>
      <div className="host-buttons host-everyone">
        <Button
          onPress={() =>
            onAsk({
              title: m.confirm.muteAllTitle,
              text: m.confirm.muteAllText,
              confirm: m.confirm.muteAll,
              tone: 'warn',
              option: { name: m.muteAll.hold, on: false },
              act: (hold) => actions.stop('everyone', ['microphone'], hold),
            })
          }
        >
          {m.host.muteAll}
        </Button>
        <Button onPress={() => actions.stop('everyone', ['camera'], false)}>{m.host.stopCameras}</Button>
        <Button onPress={() => actions.stop('everyone', ['screen', 'screenAudio'], false)}>
          {m.host.stopShares}
        </Button>
        {view.rights.has('moderate') && hands && (
          <Button onPress={() => actions.lowerHand('everyone')}>{m.host.lowerHands}</Button>
        )}
        <Button onPress={() => actions.allow('everyone', sources)}>{m.host.allowAll}</Button>
      </div>
      <p className="host-note">{m.host.everyoneText}</p>
      <p className="host-note">{m.host.allowAllText}</p>
    </PanelSection>
  );
}
