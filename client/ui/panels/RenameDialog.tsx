import { useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from '../meeting/useMeeting.ts';

/** Changes the person's own name in this meeting. */
export function RenameDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const [value, setValue] = useState(name);
  const save = () => {
    const trimmed = value.trim();
    if (trimmed === '') return;
    actions.rename(trimmed);
    onClose();
  };
  return (
    <Dialog
      title={m.people.rename}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button tone="primary" disabled={value.trim() === ''} onPress={save}>
            {m.people.renameSave}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label={m.prejoin.name}
          description={m.prejoin.nameHelp}
          value={value}
          onChange={setValue}
          maxLength={limits.nameCharacters}
          autoComplete="name"
        />
      </form>
    </Dialog>
  );
}
