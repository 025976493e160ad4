import { CalendarPlus, QrCode } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingEntry, Schedule } from '../../meeting/library/entry.ts';
import { Button } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Page } from '../components/Page.tsx';
import { TextField } from '../components/TextField.tsx';
import { QrDialog } from '../invite/QrDialog.tsx';
import { saveCalendar } from '../invite/saveCalendar.ts';
import { useInvitationText } from '../invite/useInvitationText.ts';
import { ScheduleDialog } from '../meetings/ScheduleDialog.tsx';
import { navigate } from '../router.ts';
import type { Founded } from './useFound.ts';

interface Props {
  readonly founded: Founded;
  /** Its name and hours changed. */
  readonly onPlan: (entry: MeetingEntry) => void;
  readonly onDiscard: () => void;
}

/** The link of a meeting just founded, before going in. */
export function MeetingReady({ founded, onPlan, onDiscard }: Props) {
  const m = useMessages();
  const textOf = useInvitationText();
  const [showQr, setShowQr] = useState(false);
  const [planning, setPlanning] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const { link, entry, kept } = founded;
  const { title, schedule, passphrase } = entry;
  const label = entry.rules?.label ?? null;

  function plan(named: string, planned: Schedule | null): void {
    const next = { ...entry, title: named, schedule: planned, sequence: entry.sequence + 1 };
    onPlan(next);
    if (!planned) return;
    saveCalendar({
      meeting: entry.meeting,
      sequence: next.sequence,
      title: named === '' ? m.meetings.untitled : named,
      link,
      description: textOf({ title: named, link, schedule: planned, passphrase }),
      schedule: planned,
    });
  }
  useEffect(() => {
    const marked = label === null ? '' : `${label} · `;
    document.title = `${marked}${m.ready.title} · ${m.common.product}`;
    heading.current?.focus();
  }, [m, label]);

  return (
    <Page width="narrow" centred>
      <div className="ready">
        <div>
          {label !== null && (
            <p className="ready-label">
              <bdi>{label}</bdi>
            </p>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title === '' ? m.ready.title : title}
          </h1>
          <p className="ready-lead">{m.ready.text}</p>
        </div>
        <div className="ready-link">
          <TextField label={m.ready.linkLabel} value={link} onChange={() => undefined} readOnly type="url" />
          <CopyButton text={link} label={m.ready.copy} />
        </div>
        <div className="button-row">
          <CopyButton text={textOf({ title, link, schedule, passphrase })} label={m.invite.copyText} />
          <Button icon={<CalendarPlus aria-hidden="true" />} onPress={() => setPlanning(true)}>
            {m.invite.calendar}
          </Button>
          <Button icon={<QrCode aria-hidden="true" />} onPress={() => setShowQr(true)}>
            {m.invite.qr}
          </Button>
        </div>
        <div className="ready-notes">
          <p>{m.ready.safe}</p>
          {passphrase && <p>{m.invite.passphraseApart}</p>}
          <p>{m.common.sentences(m.ready.device, kept ? m.begin.keptHere : m.begin.notKept)}</p>
        </div>
        <div className="ready-actions">
          <Button tone="primary" size="l" onPress={() => navigate(entry.path)}>
            {m.ready.enter}
          </Button>
          <Button tone="quiet" size="l" onPress={onDiscard}>
            {m.ready.another}
          </Button>
        </div>
      </div>
      {planning && (
        <ScheduleDialog
          heading={m.invite.calendar}
          title={title}
          schedule={schedule}
          optional={false}
          save={m.meetings.saveCalendar}
          onSave={plan}
          onClose={() => setPlanning(false)}
        />
      )}
      {showQr && (
        <QrDialog
          link={link}
          name={title === '' ? m.invite.thisMeeting : title}
          passphrase={passphrase}
          label={label}
          onClose={() => setShowQr(false)}
        />
      )}
    </Page>
  );
}
