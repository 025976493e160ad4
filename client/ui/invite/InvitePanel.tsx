import { CalendarPlus, Plus, QrCode, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { meetingId } from '../../../shared/ids.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { InvitationView } from '../../meeting/invitationView.ts';
import type { Schedule } from '../../meeting/library/entry.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Confirm, type Question } from '../components/Confirm.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { ScheduleDialog } from '../meetings/ScheduleDialog.tsx';
import { ChangeLink } from './ChangeLink.tsx';
import { InvitationRow } from './InvitationRow.tsx';
import { NewInvitation } from './NewInvitation.tsx';
import { QrDialog } from './QrDialog.tsx';
import { saveCalendar } from './saveCalendar.ts';
import { useInvitationText } from './useInvitationText.ts';
import { useOwnEntry } from './useOwnEntry.ts';
import './invite.css';

type Open =
  | { readonly dialog: 'new' | 'change' }
  | { readonly dialog: 'qr' | 'calendar'; readonly of: InvitationView };

/** Ways into the meeting: the link for all, and invitations. For those who may invite. */
export function InvitePanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const textOf = useInvitationText();
  const { entry, plan } = useOwnEntry(view.link);
  const [open, setOpen] = useState<Open | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const title = entry?.title ?? '';
  const schedule = entry?.schedule ?? null;

  const plain = view.invitations.findLast((each) => isPlain(each) && each.over === null) ?? null;
  const others = view.invitations.filter((each) => !isPlain(each)).toReversed();
  const invitationOf = (
    { link, passphrase, uses, expires }: InvitationView,
    planned = schedule,
    named = title,
  ) => textOf({ title: named, link: link ?? '', schedule: planned, passphrase, uses, expires });
  const nameOf = ({ name }: InvitationView) =>
    title !== '' ? title : name === null || name === '' ? m.invite.thisMeeting : name;

  function calendar(of: InvitationView, planned: Schedule, named: string): void {
    const id = meetingId.safeParse(/\/m\/([^/#]+)/.exec(view.link)?.[1]);
    if (of.link === null || !id.success) return;
    saveCalendar({
      meeting: id.data,
      sequence: entry?.sequence ?? 0,
      title: named === '' ? m.meetings.untitled : named,
      link: of.link,
      description: invitationOf(of, planned, named),
      schedule: planned,
    });
  }

  return (
    <Panel title={m.invite.panel} onClose={onClose}>
      <PanelSection title={m.invite.forAll}>
        {plain?.link ? (
          <>
            <TextField
              label={m.ready.linkLabel}
              value={plain.link}
              onChange={() => undefined}
              readOnly
              type="url"
            />
            <div className="button-row">
              <CopyButton size="s" text={plain.link} label={m.ready.copy} />
              <CopyButton size="s" text={invitationOf(plain)} label={m.invite.copyText} />
              <Button
                size="s"
                icon={<QrCode aria-hidden="true" />}
                onPress={() => setOpen({ dialog: 'qr', of: plain })}
              >
                {m.invite.qr}
              </Button>
              <Button
                size="s"
                icon={<CalendarPlus aria-hidden="true" />}
                onPress={() => setOpen({ dialog: 'calendar', of: plain })}
              >
                {m.invite.calendar}
              </Button>
            </div>
            <p className="invitation-facts">{plain.passphrase ? m.invite.passphraseApart : m.ready.safe}</p>
          </>
        ) : (
          <p className="invitation-facts">{plain ? m.invite.plainUnknown : m.invite.plainNone}</p>
        )}
        <div className="button-row">
          <Button
            size="s"
            icon={<RefreshCw aria-hidden="true" />}
            onPress={() => setOpen({ dialog: 'change' })}
          >
            {m.invite.change}
          </Button>
        </div>
      </PanelSection>
      <PanelSection
        title={m.invite.invitations}
        aside={
          <Button size="s" icon={<Plus aria-hidden="true" />} onPress={() => setOpen({ dialog: 'new' })}>
            {m.invite.new}
          </Button>
        }
      >
        {others.length === 0 ? (
          <EmptyState title={m.invite.noneTitle} text={m.invite.noneText} />
        ) : (
          <ul className="invitations">
            {others.map((each) => (
              <InvitationRow
                key={each.key}
                invitation={each}
                people={view.members
                  .filter(({ invitation }) => invitation === each.key)
                  .map(({ name }) => name)}
                text={invitationOf(each)}
                onQr={() => setOpen({ dialog: 'qr', of: each })}
                onCalendar={() => setOpen({ dialog: 'calendar', of: each })}
                onRevoke={() =>
                  setQuestion({
                    title: m.invite.revokeTitle(each.name ?? m.invite.unreadable),
                    text: m.invite.revokeText,
                    confirm: m.invite.revoke,
                    tone: 'warn',
                    act: () => actions.revokeInvitations([each.key]),
                  })
                }
              />
            ))}
          </ul>
        )}
      </PanelSection>
      {open?.dialog === 'new' && (
        <NewInvitation onCreate={(wish) => actions.createInvitation(wish)} onClose={close} />
      )}
      {open?.dialog === 'change' && (
        <ChangeLink
          passphrase={plain?.passphrase ?? false}
          onChange={(passphrase) => actions.rotateLink(passphrase)}
          onClose={close}
        />
      )}
      {open?.dialog === 'qr' && open.of.link !== null && (
        <QrDialog
          link={open.of.link}
          name={nameOf(open.of)}
          passphrase={open.of.passphrase}
          label={view.label}
          onClose={close}
        />
      )}
      {open?.dialog === 'calendar' && (
        <ScheduleDialog
          heading={m.invite.calendar}
          title={title}
          schedule={schedule}
          optional={false}
          save={m.meetings.saveCalendar}
          onSave={(named, planned) => {
            plan(named, planned);
            if (planned) calendar(open.of, planned, named);
          }}
          onClose={close}
        />
      )}
      {question !== null && <Confirm question={question} onClose={() => setQuestion(null)} />}
    </Panel>
  );

  function close(): void {
    setOpen(null);
  }
}

/** The link for all: no bounds and no name. */
function isPlain({ uses, expires, personal, name }: InvitationView): boolean {
  return uses === null && expires === null && !personal && name === '';
}
