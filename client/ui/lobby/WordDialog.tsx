import { useState } from 'react';
import type { KnockId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { TextArea } from '../components/TextArea.tsx';
import { useActions } from '../meeting/useMeeting.ts';

/** Says something to some of those who wait. */
export function WordDialog({ to, onClose }: { to: readonly KnockId[]; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const [text, setText] = useState('');
  return (
    <Dialog
      title={m.lobby.wordTitle(to.length)}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button
            tone="primary"
            disabled={text.trim() === ''}
            onPress={() => {
              actions.tellWaiting(to, text);
              onClose();
            }}
          >
            {m.lobby.send}
          </Button>
        </>
      }
    >
      <fieldset className="word-phrases">
        <legend className="field-label">{m.lobby.phrasesLabel}</legend>
        {m.lobby.phrases.map((phrase) => (
          <Button key={phrase} size="s" onPress={() => setText(phrase)}>
            {phrase}
          </Button>
        ))}
      </fieldset>
      <TextArea
        label={m.lobby.word}
        description={m.lobby.wordHelp}
        value={text}
        onChange={setText}
        maxLength={limits.lobbyWordCharacters}
        rows={3}
      />
    </Dialog>
  );
}
