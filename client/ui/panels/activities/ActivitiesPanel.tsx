import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../../../i18n/messages.tsx';
import type { MeetingView } from '../../../meeting/view.ts';
import { Button } from '../../components/Button.tsx';
import { Panel, PanelSection } from '../../components/Panel.tsx';
import { AgendaSection } from './AgendaSection.tsx';
import { AttendanceSection } from './AttendanceSection.tsx';
import { PollCard } from './PollCard.tsx';
import { PollForm } from './PollForm.tsx';
import { TimerSection } from './TimerSection.tsx';
import './ActivitiesPanel.css';

/** Polls, timer, agenda and, for hosts, the list of who was here. */
export function ActivitiesPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const [asking, setAsking] = useState(false);
  const { polls, timer, agenda, attendance } = view.activities;
  const hosts = view.rights.has('moderate');
  return (
    <Panel title={m.activities.title} onClose={onClose}>
      <PanelSection title={m.activities.polls}>
        {asking && hosts ? (
          <PollForm onDone={() => setAsking(false)} />
        ) : (
          <>
            {hosts && (
              <Button icon={<Plus aria-hidden="true" />} onPress={() => setAsking(true)}>
                {m.activities.newPoll}
              </Button>
            )}
            {polls.length === 0 && (
              <p className="activity-note">{hosts ? m.activities.noPollsHost : m.activities.noPollsText}</p>
            )}
          </>
        )}
        {polls.toReversed().map((poll) => (
          <PollCard key={poll.id} poll={poll} />
        ))}
      </PanelSection>
      <TimerSection timer={timer} hosts={hosts} />
      <AgendaSection agenda={agenda} hosts={hosts} />
      {hosts && <AttendanceSection attendance={attendance} />}
    </Panel>
  );
}
