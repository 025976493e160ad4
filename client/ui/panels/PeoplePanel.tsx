import { Flag } from 'lucide-react';
import { useState } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { KnockView, MeetingView } from '../../meeting/view.ts';
import { Avatar } from '../components/Avatar.tsx';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { useReport } from '../report/ReportHost.tsx';
import { MemberRow } from './MemberRow.tsx';
import { RenameDialog } from './RenameDialog.tsx';
import { VerifiedLine } from './VerifiedLine.tsx';
import './PeoplePanel.css';

/** Who waits and who is here. The list is the group itself: nobody else holds a key. */
export function PeoplePanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
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
      {mayAdmit && view.knocks.length > 0 && (
        <PanelSection
          title={m.people.waiting(view.knocks.length)}
          aside={
            view.knocks.length > 1 && (
              <Button size="s" onPress={() => actions.admit(view.knocks.map((knock) => knock.knockId))}>
                {m.people.admitAll}
              </Button>
            )
          }
        >
          <ul className="people-list">
            {view.knocks.map((knock) => (
              <Waiting key={knock.knockId} knock={knock} onAsk={setQuestion} />
            ))}
          </ul>
        </PanelSection>
      )}
      <PanelSection title={m.people.inMeeting(view.members.length)}>
        <ul className="people-list">
          {[...hands, ...rest].map((member) => (
            <MemberRow
              key={member.device}
              member={member}
              rights={view.rights}
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

function Waiting({ knock, onAsk }: { knock: KnockView; onAsk: (question: Question) => void }) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  return (
    <li className="person person-waiting">
      <Avatar name={knock.name} seed={knock.device} />
      <div className="person-words">
        <p className="person-name">
          <bdi>{knock.name}</bdi>
        </p>
        <VerifiedLine identity={knock.identity} />
        <p className={knock.trust === 'changed' ? 'person-fact person-warn' : 'person-fact'}>
          {m.people.trust[knock.trust]} · {format.time(knock.at)}
        </p>
        {knock.likeBanned && <p className="person-fact person-warn">{m.invite.likeBanned}</p>}
        {knock.message !== '' && (
          <p className="person-message" dir="auto">
            {knock.message}
          </p>
        )}
        <div className="person-buttons">
          <Button
            size="s"
            tone="primary"
            label={m.people.admitName(knock.name)}
            onPress={() => actions.admit([knock.knockId])}
          >
            {m.people.admit}
          </Button>
          <Button
            size="s"
            label={m.people.denyName(knock.name)}
            onPress={() =>
              onAsk({
                title: m.confirm.denyTitle(knock.name),
                text: m.confirm.denyText,
                confirm: m.confirm.deny,
                tone: 'warn',
                act: () => actions.deny([knock.knockId]),
              })
            }
          >
            {m.people.deny}
          </Button>
        </div>
      </div>
    </li>
  );
}
