import { Flag } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { HandQueue } from '../host/HandQueue.tsx';
import { Lobby } from '../lobby/Lobby.tsx';
import { useReport } from '../report/ReportHost.tsx';
import { MemberRow } from './MemberRow.tsx';
import { RenameDialog } from './RenameDialog.tsx';
import './PeoplePanel.css';

/** Who waits and who is here. The list is the group itself: nobody else holds a key. */
export function PeoplePanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const report = useReport();
  const [question, setQuestion] = useState<Question | null>(null);
  const [renaming, setRenaming] = useState(false);
  const mayAdmit = view.rights.has('admit');
  const hands = view.members
    .filter((member) => member.hand !== null)
    .sort((one, other) => (one.hand ?? 0) - (other.hand ?? 0));
  const rest = view.members.filter((member) => member.hand === null);

  return (
    <Panel
      title={m.people.title}
      onClose={onClose}
      footer={
        <Button size="s" icon={<Flag aria-hidden="true" />} onPress={() => report(null)}>
          {m.people.report}
        </Button>
      }
    >
      {mayAdmit && view.knocks.length > 0 && <Lobby view={view} onAsk={setQuestion} />}
      {hands.length > 0 && view.rights.has('moderate') && <HandQueue view={view} hands={hands} />}
      <PanelSection title={m.people.inMeeting(view.members.length)}>
        <ul className="people-list">
          {[...hands, ...rest].map((member) => (
            <MemberRow
              key={member.device}
              member={member}
              view={view}
              handOrder={hands.indexOf(member) + 1}
              onAsk={setQuestion}
              onRename={() => setRenaming(true)}
            />
          ))}
        </ul>
      </PanelSection>
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
      {renaming && <RenameDialog name={view.name} onClose={() => setRenaming(false)} />}
    </Panel>
  );
}
