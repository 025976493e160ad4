import { useEffect, useRef, useState } from 'react';
import type { FoundMeetingView } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { TextField } from '../components/TextField.tsx';
import { Problem } from './Problem.tsx';
import { readMeetingNumber } from './readMeetingNumber.ts';
import { useDesk } from './useDesk.ts';

type Found = FoundMeetingView & { readonly id: string };

/** The meeting that somebody complains about, by the part of its link that is no key. */
export function FindMeeting({ onChange }: { onChange: () => Promise<void> }) {
  const t = useAdminTexts();
  const desk = useDesk();
  const { moment } = useFormat();
  const { busy, failure, run } = useAction();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const [keyGiven, setKeyGiven] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);

  // What was looked for is seen where it comes, also below a long page.
  const answer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (found !== null) answer.current?.scrollIntoView({ block: 'nearest' });
  }, [found]);

  const look = () => {
    const read = readMeetingNumber(text);
    setFound(null);
    setWrong(read === null);
    setKeyGiven(read?.keyGiven ?? false);
    if (read === null) return;
    // What the field shows from here on is no secret.
    setText(read.id);
    void run('find', async () => setFound({ ...(await desk.findMeeting(read.id)), id: read.id }));
  };
  const askToEnd = ({ id, meeting }: Found) =>
    setQuestion({
      title: t.meetings.endTitle(meeting),
      text: t.meetings.endText,
      confirm: t.meetings.endNow,
      tone: 'warn',
      act: () =>
        void run('end', async () => {
          await desk.endMeeting({ id });
          setFound({ ...(await desk.findMeeting(id)), id });
          await onChange();
        }),
    });
  return (
    <section className="admin-part" aria-labelledby="find">
      <h2 id="find">{t.meetings.find}</h2>
      <form
        className="admin-line"
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <TextField
          label={t.meetings.findLabel}
          description={t.meetings.findHelp}
          error={wrong ? t.meetings.notALink : null}
          value={text}
          onChange={setText}
          type="url"
        />
        <Button type="submit" busy={busy === 'find'}>
          {t.meetings.findButton}
        </Button>
      </form>
      {keyGiven && (
        <div role="alert">
          <Banner tone="warn">{t.meetings.keyGiven}</Banner>
        </div>
      )}
      <Problem code={failure} />
      <div role="status" ref={answer}>
        {found !== null && (
          <Banner
            title={t.meetings.found(found.meeting)}
            actions={
              found.state === 'open' && (
                <Button
                  size="s"
                  busy={busy === 'end'}
                  label={t.meetings.endOf(found.meeting)}
                  onPress={() => askToEnd(found)}
                >
                  {t.meetings.end}
                </Button>
              )
            }
          >
            {found.state === 'open'
              ? t.meetings.foundOpen(moment(found.createdAt))
              : t.meetings.foundEnded(moment(found.createdAt))}
          </Banner>
        )}
      </div>
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </section>
  );
}
