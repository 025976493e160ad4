import { Play, X } from 'lucide-react';
import { useState } from 'react';
import { limits } from '../../../../shared/limits.ts';
import type { AgendaContent } from '../../../e2ee/activityContent.ts';
import { useMessages } from '../../../i18n/messages.tsx';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { PanelSection } from '../../components/Panel.tsx';
import { TextField } from '../../components/TextField.tsx';
import { useActions } from '../../meeting/useMeeting.ts';

type Items = AgendaContent['items'];

/** What is to be talked about, and where the meeting is. */
export function AgendaSection({ agenda, hosts }: { agenda: AgendaContent | null; hosts: boolean }) {
  const m = useMessages();
  const { activity } = useActions();
  const items = agenda?.items ?? [];
  const current = agenda?.current ?? null;
  const set = (next: Items, at: number | null) =>
    activity({ do: 'agenda', agenda: next.length === 0 ? null : { items: next, current: at } });
  const remove = (index: number) => {
    const at = current === null || current === index ? null : current > index ? current - 1 : current;
    set(
      items.filter((_, each) => each !== index),
      at,
    );
  };
  return (
    <PanelSection title={m.activities.agenda}>
      {items.length === 0 && <p className="activity-note">{m.activities.noAgenda}</p>}
      {items.length > 0 && (
        <ol className="agenda">
          {items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items are named by their place
            <li key={index} aria-current={index === current ? 'step' : undefined}>
              <div className="agenda-row">
                <span className="agenda-words">
                  <bdi>{item.text}</bdi>
                  <span className="activity-note">
                    {index === current && <strong>{m.activities.current}</strong>}
                    {index === current && item.minutes !== null && ' · '}
                    {item.minutes !== null && m.activities.itemMinutes(item.minutes)}
                  </span>
                </span>
                {hosts && index !== current && (
                  <IconButton label={m.activities.setCurrent(item.text)} onPress={() => set(items, index)}>
                    <Play aria-hidden="true" />
                  </IconButton>
                )}
                {hosts && (
                  <IconButton label={m.activities.removeItem(item.text)} onPress={() => remove(index)}>
                    <X aria-hidden="true" />
                  </IconButton>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      {hosts && items.length > 0 && (
        <Button
          disabled={current === items.length - 1}
          onPress={() => set(items, current === null ? 0 : current + 1)}
        >
          {m.activities.next}
        </Button>
      )}
      {hosts && items.length < limits.agendaItems && (
        <NewItem onAdd={(item) => set([...items, item], current)} />
      )}
    </PanelSection>
  );
}

function NewItem({ onAdd }: { onAdd: (item: Items[number]) => void }) {
  const m = useMessages();
  const [text, setText] = useState('');
  const [minutes, setMinutes] = useState('');
  const number = minutes.trim() === '' ? null : Number(minutes);
  const fits = number === null || (Number.isInteger(number) && number >= 1 && number <= 480);
  return (
    <form
      className="activity-row activity-row-item"
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim() || !fits) return;
        onAdd({ text: text.trim(), minutes: number });
        setText('');
        setMinutes('');
      }}
    >
      <TextField
        label={m.activities.agendaItem}
        value={text}
        onChange={setText}
        maxLength={limits.agendaCharacters}
      />
      <TextField label={m.activities.agendaMinutes} value={minutes} onChange={setMinutes} maxLength={3} />
      <Button type="submit" disabled={!text.trim() || !fits}>
        {m.activities.add}
      </Button>
    </form>
  );
}
