import { type FormEvent, useEffect, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import './RecoveryDialog.css';

const CODE_CHARACTERS = 40;

/** Makes this device the host by the code that was written down. A quiet link, and a dialog behind it. */
export function RecoverHost({ view }: { view: MeetingView }) {
  const m = useMessages();
  const [open, setOpen] = useState(false);
  const host = view.role === 'host';
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!host || !open) return;
    setOpen(false);
    setDone(true);
  }, [host, open]);
  if (done) return <p role="status">{m.recovery.entryDone}</p>;
  if (host || !view.recoverable) return null;
  return (
    <>
      <button type="button" className="text-button" onClick={() => setOpen(true)}>
        {m.recovery.entry}
      </button>
      {open && <RecoverDialog view={view} onClose={() => setOpen(false)} />}
    </>
  );
}

function RecoverDialog({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const refusal = view.notices.findLast(({ notice }) => notice.kind === 'request-failed');
  const wrong = refusal?.notice.kind === 'request-failed' ? refusal.notice.code : null;
  useEffect(() => {
    if (wrong !== null) setBusy(false);
  }, [wrong]);
  const recover = () => {
    if (code.trim() === '') return;
    if (refusal) actions.dismissNotice(refusal.id);
    setBusy(true);
    actions.recover(code);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // React passes it on to the form that the dialog was opened from.
    event.stopPropagation();
    recover();
  };
  return (
    <Dialog
      title={m.recovery.entryTitle}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button tone="primary" busy={busy} disabled={code.trim() === ''} onPress={recover}>
            {m.recovery.entryButton}
          </Button>
        </>
      }
    >
      <p>{m.recovery.entryText}</p>
      <form className="recover-form" onSubmit={submit}>
        <TextField
          label={m.recovery.entryLabel}
          description={m.recovery.entryHelp}
          value={code}
          onChange={setCode}
          error={wrong === null || busy ? null : m.common.titled(m.errors[wrong].title, m.errors[wrong].text)}
          maxLength={CODE_CHARACTERS}
        />
      </form>
    </Dialog>
  );
}
