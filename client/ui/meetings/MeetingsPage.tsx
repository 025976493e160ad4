import { CalendarDays } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingEntry } from '../../meeting/library/entry.ts';
import { useAccountView } from '../account/useAccounts.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { codeOf } from '../errorCode.ts';
import { QrDialog } from '../invite/QrDialog.tsx';
import { saveCalendar } from '../invite/saveCalendar.ts';
import { useInvitationText } from '../invite/useInvitationText.ts';
import type { LoadServices } from '../services.ts';
import { MeetingRow, type RowAct } from './MeetingRow.tsx';
import { type Listed, listed } from './meetingOrder.ts';
import { NextMeeting } from './NextMeeting.tsx';
import { ScheduleDialog } from './ScheduleDialog.tsx';
import { SyncSection } from './SyncSection.tsx';
import { useMeetings } from './useMeetings.ts';
import './meetings.css';

type Open = { readonly dialog: 'qr' | 'plan' | 'next'; readonly entry: MeetingEntry };

/** One's own meetings, as this device keeps them. */
export function MeetingsPage({ services }: { services: LoadServices }) {
  const m = useMessages();
  const textOf = useInvitationText();
  const list = useMeetings();
  const { account } = useAccountView();
  const [open, setOpen] = useState<Open | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [ending, setEnding] = useState(false);
  const [failure, setFailure] = useState<ErrorCode | null>(null);
  const [unsaved, setUnsaved] = useState(false);

  useEffect(() => {
    document.title = `${m.meetings.title} · ${m.common.product}`;
  }, [m]);

  const linkOf = ({ path }: MeetingEntry) => new URL(path, location.origin).href;
  const titleOf = ({ title }: MeetingEntry) => (title === '' ? m.meetings.untitled : title);
  const invitationOf = (entry: MeetingEntry) =>
    textOf({
      title: entry.title,
      link: linkOf(entry),
      schedule: entry.schedule,
      passphrase: entry.passphrase,
    });

  async function keep(entry: MeetingEntry): Promise<void> {
    setUnsaved(!(await list.keep(entry)));
  }

  async function end(entry: MeetingEntry): Promise<void> {
    setEnding(true);
    setFailure(null);
    try {
      const { endMeeting } = await services();
      await endMeeting(entry.path);
      await keep({ ...entry, ended: true });
    } catch (error) {
      setFailure(codeOf(error, m));
    } finally {
      setEnding(false);
    }
  }

  function act(entry: MeetingEntry, wanted: RowAct): void {
    switch (wanted) {
      case 'qr':
      case 'plan':
      case 'next':
        return setOpen({ dialog: wanted, entry });
      case 'calendar':
        if (entry.schedule) {
          saveCalendar({
            meeting: entry.meeting,
            sequence: entry.sequence,
            title: titleOf(entry),
            link: linkOf(entry),
            description: invitationOf(entry),
            schedule: entry.schedule,
          });
        }
        return;
      case 'end':
        return setQuestion({
          title: m.meetings.endTitle(titleOf(entry)),
          text: m.meetings.endText,
          confirm: m.meetings.end,
          tone: 'warn',
          act: () => void end(entry),
        });
      case 'forget':
        return setQuestion({
          title: m.meetings.forgetTitle(titleOf(entry)),
          text:
            list.hosted.has(entry.meeting) && !entry.ended
              ? m.meetings.forgetHostText
              : m.meetings.forgetText,
          confirm: m.meetings.forget,
          tone: 'warn',
          act: () => void list.forget(entry.meeting).then((done) => setUnsaved(!done)),
        });
    }
  }

  const { coming, undated, joined, over } = listed(list.entries, Date.now());
  const empty = list.state === 'ready' && list.entries.length === 0;
  const rows = (title: string, items: readonly Listed[]) =>
    items.length > 0 && (
      <section className="meetings-part">
        <h2>{title}</h2>
        <ul className="meeting-rows">
          {items.map((each) => (
            <MeetingRow
              key={each.entry.meeting}
              listed={each}
              hosted={list.hosted.has(each.entry.meeting)}
              text={invitationOf(each.entry)}
              onAct={(wanted) => act(each.entry, wanted)}
            />
          ))}
        </ul>
      </section>
    );

  return (
    <Page>
      <div className="meetings-page">
        <div className="meetings-head">
          <h1>{m.meetings.title}</h1>
          <p>{m.meetings.intro}</p>
        </div>
        {list.state === 'loading' && <Spinner text={m.common.loading} />}
        {list.state === 'failed' && (
          <Banner tone="warn" title={m.meetings.failedTitle}>
            {m.meetings.failedText}
          </Banner>
        )}
        {ending && <Spinner text={m.meetings.ending} />}
        {(failure !== null || unsaved) && (
          <div role="alert">
            {failure !== null && (
              <Banner tone="warn" title={m.meetings.notEnded}>
                {m.common.titled(m.errors[failure].title, m.errors[failure].text)}
              </Banner>
            )}
            {unsaved && <Banner tone="warn" title={m.begin.notSaved} />}
          </div>
        )}
        {list.unreadable.map((id) => (
          <Banner
            key={id}
            tone="warn"
            title={m.meetings.unreadableTitle}
            actions={
              <Button size="s" onPress={() => void list.forget(id)}>
                {m.meetings.forget}
              </Button>
            }
          >
            {m.meetings.unreadableText}
          </Banner>
        ))}
        {rows(m.meetings.coming, coming)}
        {rows(m.meetings.undated, undated)}
        {rows(m.meetings.joined, joined)}
        {rows(m.meetings.over, over)}
        {empty && (
          <EmptyState
            icon={<CalendarDays aria-hidden="true" />}
            title={m.meetings.emptyTitle}
            text={m.meetings.emptyText}
          >
            <Link to="/">{m.common.home}</Link>
          </EmptyState>
        )}
        {account !== null && list.state === 'ready' && (
          <SyncSection
            key={account.id}
            account={account.id}
            services={services}
            entries={list.entries}
            onSynced={list.reload}
          />
        )}
        {!empty && (
          <p>
            <Link to="/">{m.common.home}</Link>
          </p>
        )}
      </div>
      {open?.dialog === 'qr' && (
        <QrDialog
          link={linkOf(open.entry)}
          name={titleOf(open.entry)}
          passphrase={open.entry.passphrase}
          label={open.entry.rules?.label ?? null}
          onClose={close}
        />
      )}
      {open?.dialog === 'plan' && (
        <ScheduleDialog
          heading={m.meetings.edit}
          title={open.entry.title}
          schedule={open.entry.schedule}
          optional
          save={m.meetings.save}
          onSave={(title, schedule) =>
            void keep({ ...open.entry, title, schedule, sequence: open.entry.sequence + 1 })
          }
          onClose={close}
        />
      )}
      {open?.dialog === 'next' && (
        <NextMeeting
          entry={open.entry}
          services={services}
          onMade={() => void list.reload()}
          onClose={close}
        />
      )}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </Page>
  );

  function close(): void {
    setOpen(null);
  }
}
