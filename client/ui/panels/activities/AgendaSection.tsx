import { ArrowDown, ArrowUp, Ellipsis, Play, X } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { limits } from '../../../../shared/limits.ts';
import type { AgendaContent } from '../../../e2ee/activityContent.ts';
import { useMessages } from '../../../i18n/messages.tsx';
import { withItemMoved, withoutItem } from '../../../meeting/activities/agenda.ts';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Menu, type MenuEntry } from '../../components/Menu.tsx';
import { PanelSection } from '../../components/Panel.tsx';
import { TextField } from '../../components/TextField.tsx';
import { useActions } from '../../meeting/useMeeting.ts';

type Items = AgendaContent['items'];

/** What is to be talked about, and where the meeting is. */
export function AgendaSection({ agenda, hosts }: { agenda: AgendaContent | null; hosts: boolean }) {
  const m = useMessages();
  const { activity } = useActions();
  const [moved, setMoved] = useState('');
  const { items, current } = agenda ?? nothing;
  const set = (next: AgendaContent | null) => activity({ do: 'agenda', agenda: next });
  const move = (from: number, to: number) => {
    set(withItemMoved({ items, current }, from, to));
    setMoved(m.activities.moved(items[from]?.text ?? '', to + 1));
  };
  const entriesOf = (index: number): readonly MenuEntry[] => [
    ...(index === 0
      ? []
      : [
          {
            id: 'up',
            name: m.activities.moveUp,
            icon: <ArrowUp aria-hidden="true" />,
            act: () => move(index, index - 1),
          },
        ]),
    ...(index === items.length - 1
      ? []
      : [
          {
            id: 'down',
            name: m.activities.moveDown,
            icon: <ArrowDown aria-hidden="true" />,
            act: () => move(index, index + 1),
          },
        ]),
    {
      id: 'remove',
      name: m.activities.removeItem,
      icon: <X aria-hidden="true" />,
      act: () => set(withoutItem({ items, current }, index)),
    },
  ];
  return (
    <PanelSection title={m.activities.agenda}>
      {items.length === 0 && <p className="activity-note">{m.activities.noAgenda}</p>}
      {items.length > 0 && (
        <ol className="agenda">
          {items.map((item, index) => (
            <li key={keyIn(items, index)} aria-current={index === current ? 'step' : undefined}>
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
                  <IconButton
                    label={m.activities.setCurrent(item.text)}
                    onPress={() => set({ items, current: index })}
                  >
                    <Play aria-hidden="true" />
                  </IconButton>
                )}
                {hosts && (
                  <Menu
                    label={m.activities.itemMenu(item.text)}
                    trigger={
                      <AriaButton className="icon-button" aria-label={m.activities.itemMenu(item.text)}>
                        <Ellipsis aria-hidden="true" />
                      </AriaButton>
                    }
                    entries={entriesOf(index)}
                  />
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      {hosts && items.length > 0 && (
        <Button
          disabled={current === items.length - 1}
          onPress={() => set({ items, current: current === null ? 0 : current + 1 })}
        >
          {m.activities.next}
        </Button>
      )}
      {hosts && items.length < limits.agendaItems && (
        <NewItem onAdd={(item) => set({ items: [...items, item], current })} />
      )}
      <p className="visually-hidden" aria-live="polite">
        {moved}
      </p>
    </PanelSection>
  );
}

const nothing: AgendaContent = { items: [], current: null };

/** Items have no ids: the same text for the second time is another one. A moved one keeps its place in the focus. */
function keyIn(items: Items, index: number): string {
  const text = items[index]?.text ?? '';
  return `${text}#${items.slice(0, index).filter((each) => each.text === text).length}`;
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
