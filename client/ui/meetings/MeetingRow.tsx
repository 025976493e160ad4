import { CalendarPlus, Copy, DoorClosed, Ellipsis, EyeOff, Pencil, QrCode } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { ownZone } from '../../meeting/library/zone.ts';
import { Button } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Menu, type MenuEntry } from '../components/Menu.tsx';
import { whenText } from '../invite/invitationText.ts';
import { navigate } from '../router.ts';
import type { Listed } from './meetingOrder.ts';

export type RowAct = 'qr' | 'plan' | 'calendar' | 'next' | 'end' | 'forget';

interface Props {
  readonly listed: Listed;
  /** Whether this device is a host of it. */
  readonly hosted: boolean;
  readonly text: string;
  readonly onAct: (act: RowAct) => void;
}

/** One of one's own meetings, and what can be done with it. */
export function MeetingRow({ listed, hosted, text, onAct }: Props) {
  const m = useMessages();
  const format = useFormat();
  const { entry, next } = listed;
  const title = entry.title === '' ? m.meetings.untitled : entry.title;
  const link = new URL(entry.path, location.origin).href;
  // One's own, but started on another device: this list came here, its keys did not.
  const elsewhere = entry.role === 'host' && !hosted;
  const standing = hosted ? m.meetings.asHost : elsewhere ? m.meetings.elsewhere : m.meetings.asMember;
  const icon = {
    qr: <QrCode aria-hidden="true" />,
    plan: <Pencil aria-hidden="true" />,
    calendar: <CalendarPlus aria-hidden="true" />,
    next: <Copy aria-hidden="true" />,
    end: <DoorClosed aria-hidden="true" />,
    forget: <EyeOff aria-hidden="true" />,
  };
  const item = (act: RowAct, name: string, warn = false): MenuEntry => ({
    id: act,
    name,
    icon: icon[act],
    warn,
    act: () => onAct(act),
  });
  const entries: readonly MenuEntry[] = [
    ...(entry.ended
      ? []
      : [
          item('qr', m.invite.qr),
          item('plan', m.meetings.edit),
          ...(entry.schedule ? [item('calendar', m.meetings.saveCalendar)] : []),
        ]),
    ...(entry.role === 'host' && entry.rules ? [item('next', m.meetings.makeNext)] : []),
    null,
    ...(hosted && !entry.ended ? [item('end', m.meetings.end, true)] : []),
    item('forget', m.meetings.forget, true),
  ];
  return (
    <li className="meeting-row">
      <div className="meeting-row-words">
        <h3>
          <bdi>{title}</bdi>
        </h3>
        {next !== null && <p className="meeting-row-next">{m.meetings.next(format.moment(next))}</p>}
        <p className="meeting-row-facts">
          {entry.schedule
            ? whenText(entry.schedule, m, format, ownZone())
            : m.meetings[entry.role === 'member' ? 'joinedOn' : 'made'](format.moment(entry.created))}
          {' · '}
          {entry.ended ? m.meetings.ended : standing}
          {entry.passphrase && ` · ${m.invite.withPassphrase}`}
        </p>
        {elsewhere && !entry.ended && <p className="meeting-row-facts">{m.meetings.elsewhereText}</p>}
      </div>
      <div className="button-row meeting-row-actions">
        {!entry.ended && (
          <>
            <Button
              size="s"
              tone="primary"
              label={m.meetings.openName(title)}
              onPress={() => navigate(entry.path)}
            >
              {m.meetings.open}
            </Button>
            <CopyButton size="s" text={link} label={m.ready.copy} />
            <CopyButton size="s" text={text} label={m.invite.copyText} />
          </>
        )}
        <Menu
          label={m.meetings.more(title)}
          trigger={
            <AriaButton className="icon-button" aria-label={m.meetings.more(title)}>
              <Ellipsis aria-hidden="true" />
            </AriaButton>
          }
          entries={entries}
        />
      </div>
    </li>
  );
}
