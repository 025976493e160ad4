import { useState } from 'react';
import type { Policy } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Switch } from '../components/Switch.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { RecordingRefused } from '../policy/RecordingRefused.tsx';
import { type ChatMode, chatModeOf, chatModes, withChatMode } from './hostRules.ts';
import { PermissionDialog } from './PermissionDialog.tsx';

/** Who is heard and who may write: the choices of every day, and the way to each single right. */
export function SpeakingSection({ policy, view }: { policy: Policy; view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  const [open, setOpen] = useState(false);
  return (
    <>
      <PanelSection title={m.host.speaking}>
        <Switch
          name={m.host.muteOnEntry}
          text={m.host.muteOnEntryText}
          on={policy.muteOnEntry}
          onChange={(muteOnEntry) => actions.setPolicy({ ...policy, muteOnEntry })}
        />
        <RadioCards<ChatMode>
          label={m.host.chat}
          value={chatModeOf(policy)}
          onChange={(mode) => actions.setPolicy(withChatMode(policy, mode))}
          choices={chatModes.map((value) => ({ value, ...m.host.chatModes[value] }))}
        />
        {chatModeOf(policy) === null && <p className="host-note">{m.host.chatMixed}</p>}
      </PanelSection>
      <PanelSection title={m.host.matrix}>
        <p className="host-note">{m.host.matrixText}</p>
        <RecordingRefused />
        <div className="host-buttons">
          <Button onPress={() => setOpen(true)}>{m.host.matrixOpen}</Button>
        </div>
        {open && <PermissionDialog policy={policy} view={view} onClose={() => setOpen(false)} />}
      </PanelSection>
    </>
  );
}
