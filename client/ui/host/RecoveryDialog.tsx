import { Download, Printer } from 'lucide-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { CheckBox } from '../components/CheckList.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Dialog } from '../components/Dialog.tsx';
import './RecoveryDialog.css';

/** Shows the code once; goes away only when the person says that it is kept. */
export function RecoveryDialog({ code, onDone }: { code: string; onDone: () => void }) {
  const m = useMessages();
  const format = useFormat();
  const [made] = useState(Date.now);
  // The address without the secret behind its #: what tells one paper from another.
  const meeting = m.recovery.paperOf(`${location.host}${location.pathname}`, format.moment(made));
  const [written, setWritten] = useState(false);
  return (
    <Dialog
      title={m.recovery.dialog}
      role="alertdialog"
      // Escape and a press beside it must not lose the code.
      onClose={() => undefined}
      actions={
        <Button tone="primary" disabled={!written} onPress={onDone}>
          {m.recovery.done}
        </Button>
      }
    >
      <p className="recovery-code">
        {code.split('-').map((group) => (
          <span key={group}>{group}</span>
        ))}
      </p>
      <p>{m.recovery.once}</p>
      <div className="host-buttons">
        <CopyButton text={code} label={m.recovery.copy} size="s" />
        <Button
          size="s"
          icon={<Download aria-hidden="true" />}
          onPress={() =>
            saveText(
              m.recovery.fileName,
              `${m.recovery.paper}\n${meeting}\n\n${code}\n\n${m.recovery.paperText}\n`,
            )
          }
        >
          {m.recovery.save}
        </Button>
        <Button size="s" icon={<Printer aria-hidden="true" />} onPress={() => print()}>
          {m.recovery.print}
        </Button>
      </div>
      <CheckBox name={m.recovery.written} on={written} onChange={setWritten} />
      {createPortal(
        <div className="recovery-paper" aria-hidden="true">
          <h1>{m.recovery.paper}</h1>
          <p>{meeting}</p>
          <p className="recovery-code">{code}</p>
          <p>{m.recovery.paperText}</p>
        </div>,
        document.body,
      )}
    </Dialog>
  );
}

function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = `${name}.txt`;
  anchor.click();
  // The browser reads the file after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
