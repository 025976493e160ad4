import { useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { type MeetingEntry, seriesId } from '../../meeting/library/entry.ts';
import { occurrenceAfter } from '../../meeting/library/occurrences.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { codeOf } from '../errorCode.ts';
import { NewPassphrase } from '../invite/NewPassphrase.tsx';
import { noPassphrase, passphraseProblem } from '../invite/passphraseDraft.ts';
import { useFound } from '../landing/useFound.ts';
import type { LoadServices } from '../services.ts';

interface Props {
  readonly entry: MeetingEntry;
  readonly services: LoadServices;
  readonly onMade: () => void;
  readonly onClose: () => void;
}

/** Makes another meeting of a series: the same rules and bans, a link and keys of its own. */
export function NextMeeting({ entry, services, onMade, onClose }: Props) {
  const m = useMessages();
  const format = useFormat();
  const found = useFound(services);
  const [draft, setDraft] = useState({ ...noPassphrase, wanted: entry.passphrase });
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ErrorCode | null>(null);
  const { rules, schedule } = entry;
  const start = schedule && occurrenceAfter(schedule, Math.max(schedule.start, Date.now()));

  async function make(): Promise<void> {
    setChecked(true);
    if (!rules || passphraseProblem(draft) !== null) return;
    setBusy(true);
    setFailure(null);
    try {
      await found({
        choice: { source: { kind: 'custom' }, rules },
        title: entry.title,
        passphrase: draft.wanted ? draft.text : null,
        schedule: schedule && start !== null ? { ...schedule, start, repeats: null } : null,
        // A series is named after its first meeting.
        series: entry.series ?? seriesId.parse(entry.meeting),
        remember: false,
      });
      onMade();
      onClose();
    } catch (error) {
      setFailure(codeOf(error, m));
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={m.meetings.makeNextTitle(entry.title || m.meetings.untitled)}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button tone="primary" busy={busy} onPress={() => void make()}>
            {m.meetings.make}
          </Button>
        </>
      }
    >
      <div className="form">
        <p>{m.meetings.nextText}</p>
        {start !== null && <p>{m.meetings.next(format.moment(start))}</p>}
        <p>{m.meetings.bansText}</p>
        <NewPassphrase draft={draft} onChange={setDraft} checked={checked} />
        {failure !== null && (
          <div role="alert">
            <Banner tone="warn" title={m.landing.startFailed}>
              {m.common.titled(m.errors[failure].title, m.errors[failure].text)}
            </Banner>
          </div>
        )}
      </div>
    </Dialog>
  );
}
