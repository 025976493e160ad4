import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import { LastHostNote } from '../host/LastHostNote.tsx';
import { ServerWords } from '../landing/ServerWords.tsx';
import { later, Part } from '../later.tsx';
import { prefer, usePreferences } from '../preferences.ts';
import { useActions } from './useMeeting.ts';

const QrCode = later(async () => (await import('../invite/QrCode.tsx')).QrCode);

interface Closable {
  readonly onClose: () => void;
}

/** Leave, or end for all where one may. */
export function LeaveDialog({ view, onClose }: Closable & { view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  const mayEnd = view.rights.has('end');
  return (
    <Dialog
      title={m.leave.title}
      onClose={onClose}
      role="alertdialog"
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          {view.breakouts.rooms?.here && (view.breakouts.rooms.mayReturn || view.breakouts.mayRun) && (
            <Button
              onPress={() => {
                onClose();
                actions.returnToMain();
              }}
            >
              {m.breakout.back}
            </Button>
          )}
          {mayEnd && (
            <Button
              tone="warn"
              onPress={() => {
                onClose();
                actions.endForAll();
              }}
            >
              {m.leave.end}
            </Button>
          )}
          <Button
            tone="primary"
            autoFocus
            onPress={() => {
              onClose();
              actions.leave();
            }}
          >
            {m.leave.leave}
          </Button>
        </>
      }
    >
      <p>{view.members.length === 1 ? m.leave.lastText : m.leave.text}</p>
      <LastHostNote view={view} />
      {mayEnd && <p>{m.leave.endText}</p>}
    </Dialog>
  );
}

/** The list of keys, and whether they are used at all. */
export function ShortcutsDialog({ onClose }: Closable) {
  const m = useMessages();
  const { shortcuts } = usePreferences();
  const keys: readonly (readonly [string, string])[] = [
    ['M', m.shortcuts.microphone],
    [m.shortcuts.space, m.shortcuts.talk],
    ['V', m.shortcuts.camera],
    ['H', m.shortcuts.hand],
    ['C', m.shortcuts.chat],
    ['P', m.shortcuts.people],
    ['L', m.shortcuts.layout],
    ['F', m.shortcuts.fullScreen],
    [m.shortcuts.arrows, m.shortcuts.tiles],
    ['Y / N', m.asks.keys],
    ['Shift+X', m.panic.key],
    ['?', m.shortcuts.list],
    ['Esc', m.shortcuts.escape],
  ];
  return (
    <Dialog title={m.shortcuts.title} onClose={onClose}>
      <Switch
        name={m.shortcuts.use}
        text={m.shortcuts.text}
        on={shortcuts}
        onChange={(on) => prefer('shortcuts', on)}
      />
      <dl className="shortcut-list">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>{text}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** What the server can see, during a meeting. */
export function ServerDialog({ onClose }: Closable) {
  const m = useMessages();
  return (
    <Dialog title={m.server.title} onClose={onClose} wide>
      <ServerWords heading="h3" />
    </Dialog>
  );
}

/** The link of the meeting, to send to others. */
export function LinkDialog({ link, onClose }: Closable & { link: string }) {
  const m = useMessages();
  return (
    <Dialog
      title={m.invite.menu}
      onClose={onClose}
      actions={<CopyButton text={link} label={m.ready.copy} tone="primary" />}
    >
      <TextField label={m.ready.linkLabel} value={link} onChange={() => undefined} readOnly type="url" />
      <div className="qr-frame">
        <Part>
          <QrCode text={link} label={m.invite.qrAlt(m.invite.thisMeeting)} />
        </Part>
      </div>
      <p>{m.ready.safe}</p>
    </Dialog>
  );
}
