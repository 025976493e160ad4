import { Video } from 'lucide-react';
import { useState } from 'react';
import type { LiveMeetingView } from '../../../shared/protocol/admin.ts';
import type { AdminTexts } from '../../i18n/admin.en.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Problem } from './Problem.tsx';
import { Table } from './Table.tsx';
import { useDesk } from './useDesk.ts';

interface Props {
  readonly meetings: readonly LiveMeetingView[];
  /** Whether it matters which server runs one. */
  readonly severalNodes: boolean;
  readonly onChange: () => Promise<void>;
}

/** The meetings that go on, by names that open nothing. */
export function MeetingsPart({ meetings, severalNodes, onChange }: Props) {
  const t = useAdminTexts();
  const desk = useDesk();
  const { moment, number } = useFormat();
  const { busy, failure, run } = useAction();
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = (meeting: string) =>
    setQuestion({
      title: t.meetings.endTitle(meeting),
      text: t.meetings.endText,
      confirm: t.meetings.endNow,
      tone: 'warn',
      act: () =>
        void run(meeting, async () => {
          await desk.endMeeting({ meeting });
          await onChange();
        }),
    });
  return (
    <section className="admin-part" aria-labelledby="meetings">
      <h2 id="meetings">{t.meetings.title}</h2>
      <p className="admin-note">{t.meetings.text}</p>
      <Problem code={failure} />
      {meetings.length === 0 && (
        <EmptyState
          icon={<Video aria-hidden="true" />}
          title={t.meetings.empty}
          text={t.meetings.emptyText}
        />
      )}
      {meetings.length > 0 && (
        <Table
          caption={t.meetings.title}
          columns={[
            t.meetings.name,
            ...(severalNodes ? [t.overview.node] : []),
            t.meetings.since,
            t.meetings.members,
            t.meetings.waiting,
            t.meetings.streams,
            t.meetings.health,
            t.actions,
          ]}
          rows={meetings.map((each) => ({
            key: each.meeting,
            cells: [
              <code key="name">{each.meeting}</code>,
              ...(severalNodes ? [<bdi key="node">{each.node}</bdi>] : []),
              moment(each.since),
              number(each.members),
              number(each.waiting),
              `${number(each.streamsIn)} / ${number(each.streamsOut)}`,
              <span key="health" className={each.weak > 0 ? 'admin-warn' : ''}>
                {healthOf(each, t)}
              </span>,
              <Button
                key="end"
                size="s"
                busy={busy === each.meeting}
                label={t.meetings.endOf(each.meeting)}
                onPress={() => ask(each.meeting)}
              >
                {t.meetings.end}
              </Button>,
            ],
          }))}
        />
      )}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </section>
  );
}

function healthOf({ streamsIn, streamsOut, weak }: LiveMeetingView, t: AdminTexts): string {
  const all = streamsIn + streamsOut;
  if (all === 0) return t.meetings.silent;
  return weak === 0 ? t.meetings.good : t.meetings.weak(weak, all);
}
