import { Ellipsis, MessageSquare, ShieldBan } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { InvitationView } from '../../meeting/invitationView.ts';
import type { KnockView } from '../../meeting/view.ts';
import { Avatar } from '../components/Avatar.tsx';
import { Button } from '../components/Button.tsx';
import { CheckBox } from '../components/CheckList.tsx';
import { Menu, type MenuEntry } from '../components/Menu.tsx';
import { VerifiedLine } from '../panels/VerifiedLine.tsx';
import { cameBy } from './cameBy.ts';

/** What can be done about one who waits. */
export interface KnockRowActions {
  readonly admit: (knock: KnockView) => void;
  readonly deny: (knock: KnockView) => void;
  readonly ban: (knock: KnockView) => void;
  readonly write: (knock: KnockView) => void;
  readonly select: (knock: KnockView, on: boolean) => void;
}

export interface KnockProps {
  readonly knock: KnockView;
  readonly invitations: readonly InvitationView[];
  readonly rights: { readonly ban: boolean };
  readonly actions: KnockRowActions;
}

/** One who waits, with everything that is known of them. `selected` is null where there is nothing to select. */
export function KnockRow(props: KnockProps & { selected: boolean | null }) {
  const { knock, invitations, actions, selected } = props;
  const m = useMessages();
  const format = useFormat();
  return (
    <div className="knock">
      {selected !== null && (
        <CheckBox
          name={m.lobby.select(knock.name)}
          nameHidden
          on={selected}
          onChange={(on) => actions.select(knock, on)}
        />
      )}
      <Avatar name={knock.name} seed={knock.device} />
      <div className="person-words">
        <p className="person-name">
          <bdi>{knock.name}</bdi>
        </p>
        <VerifiedLine identity={knock.identity} />
        <p className={knock.trust === 'changed' ? 'person-fact person-warn' : 'person-fact'}>
          {`${m.people.trust[knock.trust]}\u00a0· ${format.time(knock.at)}`}
        </p>
        <p className="person-fact">
          <bdi>{cameBy(knock, invitations, m)}</bdi>
        </p>
        {knock.likeBanned && <p className="person-fact person-warn">{m.invite.likeBanned}</p>}
        {knock.message !== '' && (
          <p className="person-message" dir="auto">
            {knock.message}
          </p>
        )}
        <div className="person-buttons">
          <AdmitButton {...props} />
          <Button size="s" label={m.people.denyName(knock.name)} onPress={() => actions.deny(knock)}>
            {m.people.deny}
          </Button>
          <MoreButton {...props} />
        </div>
      </div>
    </div>
  );
}

/** Lets one waiting person in. */
export function AdmitButton({ knock, actions }: KnockProps) {
  const m = useMessages();
  return (
    <Button
      size="s"
      tone="primary"
      label={m.people.admitName(knock.name)}
      onPress={() => actions.admit(knock)}
    >
      {m.people.admit}
    </Button>
  );
}

/** What is rarely done: writing, and barring. */
export function MoreButton({ knock, rights, actions, withDeny }: KnockProps & { withDeny?: MenuEntry }) {
  const m = useMessages();
  const name = m.lobby.more(knock.name);
  const entries: MenuEntry[] = [
    ...(withDeny ? [withDeny] : []),
    {
      id: 'write',
      name: m.lobby.write,
      icon: <MessageSquare aria-hidden="true" />,
      act: () => actions.write(knock),
    },
    ...(rights.ban
      ? [
          {
            id: 'ban',
            name: m.lobby.denyBan,
            icon: <ShieldBan aria-hidden="true" />,
            warn: true,
            act: () => actions.ban(knock),
          },
        ]
      : []),
  ];
  return (
    <Menu
      label={name}
      entries={entries}
      trigger={
        <AriaButton className="icon-button" aria-label={name}>
          <Ellipsis aria-hidden="true" />
        </AriaButton>
      }
    />
  );
}
