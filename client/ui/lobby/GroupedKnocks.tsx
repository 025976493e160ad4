import { UserX } from 'lucide-react';
import { useState } from 'react';
import type { KnockId } from '../../../shared/ids.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { KnockView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { CheckBox } from '../components/CheckList.tsx';
import type { Question } from '../components/Confirm.tsx';
import { useSize } from '../meeting/useSize.ts';
import { AdmitButton, type KnockProps, MoreButton } from './KnockRow.tsx';
import { groupKnocks, type KnockGroup } from './knockGroups.ts';
import { shownRange } from './shownRange.ts';
import { useLobbyQuestions } from './useLobbyQuestions.ts';

/** Height of a row in CSS pixels, as in Lobby.css. */
const ROW = 76;

interface Props extends Omit<KnockProps, 'knock'> {
  readonly knocks: readonly KnockView[];
  readonly selected: ReadonlySet<KnockId>;
  readonly onSelect: (some: readonly KnockView[], on: boolean) => void;
  readonly onOpen: (knock: KnockView) => void;
  readonly onAsk: (question: Question) => void;
}

type Row =
  | { readonly kind: 'group'; readonly group: KnockGroup }
  | { readonly kind: 'knock'; readonly knock: KnockView };

/** Many who wait, by what is known of them. A thousand rows cost no more than those in sight. */
export function GroupedKnocks(props: Props) {
  const { knocks, invitations, selected, onSelect, onOpen, onAsk } = props;
  const m = useMessages();
  const [list, size] = useSize<HTMLDivElement>();
  const [scrolled, setScrolled] = useState(0);
  const rows = groupKnocks(knocks, invitations).flatMap((group): Row[] => [
    { kind: 'group', group },
    ...group.knocks.map((knock): Row => ({ kind: 'knock', knock })),
  ]);
  const { from, to } = shownRange(rows.length, ROW, scrolled, size.height);
  return (
    <div className="knock-scroll" ref={list} onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}>
      <ul
        className="knock-rows"
        aria-label={m.people.waiting(knocks.length)}
        style={{ paddingTop: from * ROW, paddingBottom: (rows.length - to) * ROW }}
      >
        {rows.slice(from, to).map((row, index) => (
          <li
            key={row.kind === 'group' ? row.group.kind : row.knock.knockId}
            className="knock-slot"
            aria-setsize={rows.length}
            aria-posinset={from + index + 1}
          >
            {row.kind === 'group' ? (
              <GroupRow group={row.group} selected={selected} onSelect={onSelect} onAsk={onAsk} />
            ) : (
              <CompactRow
                knock={row.knock}
                invitations={invitations}
                rights={props.rights}
                actions={props.actions}
                selected={selected.has(row.knock.knockId)}
                onOpen={onOpen}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function GroupRow(props: Pick<Props, 'selected' | 'onSelect' | 'onAsk'> & { group: KnockGroup }) {
  const { group, selected, onSelect, onAsk } = props;
  const m = useMessages();
  const format = useFormat();
  const questions = useLobbyQuestions();
  const name = m.lobby.groups[group.kind];
  const count = group.knocks.filter(({ knockId }) => selected.has(knockId)).length;
  return (
    <div className="knock-group">
      <CheckBox
        name={m.lobby.group(name, format.number(group.knocks.length))}
        on={count === group.knocks.length}
        partly={count > 0 && count < group.knocks.length}
        onChange={(on) => onSelect(group.knocks, on)}
      />
      <div className="person-buttons">
        <Button
          size="s"
          label={m.lobby.admitGroup(name)}
          onPress={() => onAsk(questions.admit(group.knocks))}
        >
          {m.people.admitAll}
        </Button>
        <Button
          size="s"
          label={m.lobby.denyGroup(name)}
          onPress={() => onAsk(questions.deny(group.knocks, false))}
        >
          {m.lobby.denyAll}
        </Button>
      </div>
    </div>
  );
}

function CompactRow(props: KnockProps & { selected: boolean; onOpen: (knock: KnockView) => void }) {
  const { knock, actions, selected, onOpen } = props;
  const m = useMessages();
  const format = useFormat();
  return (
    <div className="knock-compact">
      <CheckBox
        name={m.lobby.select(knock.name)}
        nameHidden
        on={selected}
        onChange={(on) => actions.select(knock, on)}
      />
      <button type="button" className="knock-open" onClick={() => onOpen(knock)}>
        <bdi className="person-name">{knock.name}</bdi>
        <bdi className={knock.trust === 'changed' ? 'person-fact person-warn' : 'person-fact'}>
          {knock.message || `${m.people.trust[knock.trust]}\u00a0· ${format.time(knock.at)}`}
        </bdi>
      </button>
      <AdmitButton {...props} />
      <MoreButton
        {...props}
        withDeny={{
          id: 'deny',
          name: m.people.deny,
          icon: <UserX aria-hidden="true" />,
          act: () => actions.deny(knock),
        }}
      />
    </div>
  );
}
