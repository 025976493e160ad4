import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { RecoveryDialog } from './RecoveryDialog.tsx';

/** The code that makes another device host when this one is lost. */
export function RecoverySection({ view }: { view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  return (
    <PanelSection title={m.recovery.title}>
      <p className="host-note">{view.holdsHostKey ? m.recovery.text : m.recovery.notHere}</p>
      {view.recoverable && <p className="host-note">{m.recovery.made}</p>}
      {view.holdsHostKey && (
        <div className="host-buttons">
          <Button onPress={() => actions.makeRecoveryCode()}>
            {view.recoverable ? m.recovery.again : m.recovery.make}
          </Button>
        </div>
      )}
      {view.recoveryCode !== null && (
        <RecoveryDialog code={view.recoveryCode} onDone={() => actions.dismissRecoveryCode()} />
      )}
    </PanelSection>
  );
}
