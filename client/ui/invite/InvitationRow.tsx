import { CalendarPlus, Ellipsis, QrCode, TicketX } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { InvitationView } from '../../meeting/invitationView.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { Menu, type MenuEntry } from '../components/Menu.tsx';

interface Props {
  readonly invitation: InvitationView;
  /** Names of people here who came by it. */
  readonly people: readonly string[];
  readonly text: string;
  readonly onQr: () => void;
  readonly onCalendar: () => void;
  readonly onRevoke: () => void;
}

/** One invitation: for whom, what it still does, who came by it. */
export function InvitationRow({ invitation, people, text, onQr, onCalendar, onRevoke }: Props) {
  const m = useMessages();
  const format = useFormat();
  const { link, over, uses, used, tried, expires, personal } = invitation;
  const name = invitation.name ?? m.invite.unreadable;
  const facts = [
    uses === null ? m.invite.usedBy(used) : m.invite.usedOf(used, uses),
    ...(expires === null ? [] : [m.invite.untilTime(format.moment(expires))]),
    invitation.straightIn ? m.invite.goesStraightIn : m.invite.goesByLobby,
    ...(invitation.passphrase ? [m.invite.withPassphrase] : []),
  ];
  const entries: MenuEntry[] = [
    ...(link !== null && over === null
      ? [
          { id: 'qr', name: m.invite.qr, icon: <QrCode aria-hidden="true" />, act: onQr },
          {
            id: 'calendar',
            name: m.invite.calendar,
            icon: <CalendarPlus aria-hidden="true" />,
            act: onCalendar,
          },
        ]
      : []),
    ...(over === 'revoked'
      ? []
      : [
          {
            id: 'revoke',
            name: m.invite.revoke,
            icon: <TicketX aria-hidden="true" />,
            warn: true,
            act: onRevoke,
          },
        ]),
  ];
  return (
    <li className="invitation">
      <div className="invitation-head">
        <p className="invitation-name">
          <bdi>{name}</bdi>
        </p>
        <span className={over === null ? 'invitation-state' : 'invitation-state invitation-over'}>
          {over === null ? m.invite.open : m.invite.overs[over]}
        </span>
        {entries.length > 0 && (
          <Menu
            label={m.invite.more(name)}
            trigger={
              <AriaButton className="icon-button" aria-label={m.invite.more(name)}>
                <Ellipsis aria-hidden="true" />
              </AriaButton>
            }
            entries={entries}
          />
        )}
      </div>
      <p className="invitation-facts facts">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      {people.length > 0 && <p className="invitation-facts">{m.invite.cameBy(format.list(people))}</p>}
      {personal && tried > (uses ?? 1) && <p className="invitation-hint">{m.invite.triedBy(tried)}</p>}
      {link !== null && over === null && (
        <div className="button-row">
          <CopyButton size="s" text={link} label={m.ready.copy} />
          <CopyButton size="s" text={text} label={m.invite.copyText} />
        </div>
      )}
    </li>
  );
}
