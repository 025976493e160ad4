import { useRef, useState } from 'react';
import type { KnockId } from '../../../shared/ids.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { KnockView, MeetingView } from '../../meeting/view.ts';
import type { Question } from '../components/Confirm.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { GroupedKnocks } from './GroupedKnocks.tsx';
import { KnockDialog } from './KnockDialog.tsx';
import { KnockRow, type KnockRowActions } from './KnockRow.tsx';
import { searchKnocks } from './knockGroups.ts';
import { LobbyTools } from './LobbyTools.tsx';
import { WordDialog } from './WordDialog.tsx';
import './Lobby.css';

/** From so many on those who wait are grouped, and only rows in sight are drawn. */
const MANY = 20;
const SEARCHED_FROM = 8;

interface Props {
  readonly view: MeetingView;
  readonly onAsk: (question: Question) => void;
}

/** Everybody who waits, and every answer to them. */
export function Lobby({ view, onAsk }: Props) {
  const m = useMessages();
  const actions = useActions();
  const place = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<KnockId>>(new Set());
  const [writingTo, setWritingTo] = useState<readonly KnockId[] | null>(null);
  const [opened, setOpened] = useState<KnockId | null>(null);
  const { knocks, invitations } = view;
  const found = searchKnocks(knocks, search);
  const chosen = knocks.filter(({ knockId }) => selected.has(knockId));
  const many = knocks.length > MANY;
  // The pressed button goes with its row: focus stays here, not at the top of the page.
  const stay = () => place.current?.focus();

  const row: KnockRowActions = {
    admit(knock) {
      actions.admit([knock.knockId]);
      stay();
    },
    deny: (knock) =>
      onAsk({
        title: m.confirm.denyTitle(knock.name),
        text: m.confirm.denyText,
        confirm: m.confirm.deny,
        tone: 'warn',
        act: () => actions.deny([knock.knockId]),
      }),
    ban: (knock) =>
      onAsk({
        title: m.lobby.banTitle(knock.name),
        text: m.lobby.banText,
        confirm: m.lobby.denyBan,
        tone: 'warn',
        act: () => actions.denyAndBan([knock.knockId]),
      }),
    write: (knock) => setWritingTo([knock.knockId]),
    select: (knock, on) => select([knock], on),
  };

  function select(some: readonly KnockView[], on: boolean): void {
    const next = new Set(selected);
    for (const { knockId } of some) {
      if (on) next.add(knockId);
      else next.delete(knockId);
    }
    setSelected(next);
  }

  const rights = { ban: view.rights.has('remove') };
  const shown = { invitations, rights, actions: row };
  const openedKnock = knocks.find(({ knockId }) => knockId === opened);
  return (
    <PanelSection title={m.people.waiting(knocks.length)}>
      <div ref={place} tabIndex={-1} className="lobby">
        {knocks.length >= SEARCHED_FROM && (
          <TextField label={m.lobby.search} value={search} onChange={setSearch} />
        )}
        {knocks.length > 1 && (
          <LobbyTools
            found={found}
            chosen={chosen}
            mayLock={view.rights.has('govern')}
            onSelect={select}
            onWrite={(some) => setWritingTo(some.map(({ knockId }) => knockId))}
            onAsk={onAsk}
            onActed={stay}
          />
        )}
        {found.length === 0 && <p className="host-note">{m.lobby.none}</p>}
        {many ? (
          <GroupedKnocks
            {...shown}
            knocks={found}
            selected={selected}
            onSelect={select}
            onOpen={(knock) => setOpened(knock.knockId)}
            onAsk={onAsk}
          />
        ) : (
          <ul className="people-list">
            {found.map((knock) => (
              <li key={knock.knockId}>
                <KnockRow
                  {...shown}
                  knock={knock}
                  selected={knocks.length > 1 ? selected.has(knock.knockId) : null}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
      {openedKnock !== undefined && (
        <KnockDialog {...shown} knock={openedKnock} onClose={() => setOpened(null)} />
      )}
      {writingTo !== null && <WordDialog to={writingTo} onClose={() => setWritingTo(null)} />}
    </PanelSection>
  );
}
