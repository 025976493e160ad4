import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { NewPassphrase } from './NewPassphrase.tsx';
import { noPassphrase, passphraseProblem } from './passphraseDraft.ts';

interface Props {
  /** Whether the link asks for a passphrase now. */
  readonly passphrase: boolean;
  readonly onChange: (passphrase: string | undefined) => void;
  readonly onClose: () => void;
}

/** Puts a new link in the place of the one for all. What guarded the old one guards the new one, unless told otherwise. */
export function ChangeLink({ passphrase, onChange, onClose }: Props) {
  const m = useMessages();
  const [draft, setDraft] = useState({ ...noPassphrase, wanted: passphrase });
  const [checked, setChecked] = useState(false);
  return (
    <Dialog
      title={m.invite.changeTitle}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button
            tone="warn"
            onPress={() => {
              setChecked(true);
              if (passphraseProblem(draft) !== null) return;
              onChange(draft.wanted ? draft.text : undefined);
              onClose();
            }}
          >
            {m.invite.change}
          </Button>
        </>
      }
    >
      <div className="form">
        <p>{m.invite.changeText}</p>
        <NewPassphrase draft={draft} onChange={setDraft} checked={checked} />
      </div>
    </Dialog>
  );
}
