import { useState } from 'react';
import type { NodeFigures } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { TextField } from '../components/TextField.tsx';
import { Problem } from './Problem.tsx';
import { useDesk } from './useDesk.ts';

const LONGEST = 1_440;

interface Props {
  readonly node: string;
  readonly figures: Pick<NodeFigures, 'drain' | 'connections'>;
  readonly onChange: () => Promise<void>;
}

/** Begins no more meetings on a server, and says so to everybody; and back. */
export function DrainPart({ node, figures: { drain, connections }, onChange }: Props) {
  const t = useAdminTexts();
  const desk = useDesk();
  const { time } = useFormat();
  const { busy, failure, run } = useAction();
  const [text, setText] = useState(String(drain.minutes));
  const [question, setQuestion] = useState<Question | null>(null);
  const minutes = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  const valid = minutes <= LONGEST;
  const set = (to: number | null) =>
    run('drain', async () => {
      await desk.drain(node, to);
      await onChange();
    });
  const ask = () =>
    setQuestion({
      title: t.drain.startTitle,
      text: t.drain.startText(minutes),
      confirm: t.drain.start,
      tone: 'primary',
      act: () => void set(minutes),
    });
  return (
    <section className="admin-part" aria-labelledby="drain">
      <h2 id="drain">{t.drain.title}</h2>
      <p className="admin-note">{t.drain.text}</p>
      <Problem code={failure} />
      {drain.until === null ? (
        <form
          className="admin-line"
          onSubmit={(event) => {
            event.preventDefault();
            if (valid) ask();
          }}
        >
          <TextField
            label={t.drain.minutes}
            value={text}
            onChange={setText}
            error={valid ? null : t.drain.minutesWrong}
          />
          <Button type="submit" busy={busy !== null}>
            {t.drain.start}
          </Button>
        </form>
      ) : (
        <Banner
          tone="warn"
          title={t.drain.going(time(drain.until))}
          actions={
            !drain.final && (
              <Button size="s" busy={busy !== null} onPress={() => void set(null)}>
                {t.drain.stop}
              </Button>
            )
          }
        >
          {drain.final ? t.drain.final : t.drain.goingText(connections)}
        </Banner>
      )}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </section>
  );
}
