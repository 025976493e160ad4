import { useState } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from './Button.tsx';
import { CheckBox } from './CheckList.tsx';
import { Dialog } from './Dialog.tsx';

/** A question before something that cannot be taken back at once. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly tone: 'primary' | 'warn';
  /** Something that can be done along with it. */
  readonly option?: { readonly name: string; readonly on: boolean };
  /** `option`: whether that was chosen. */
  readonly act: (option: boolean) => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ question, onClose }: { question: Question; onClose: () => void }) {
  const m = useSiteMessages();
  const { option } = question;
  const [chosen, setChosen] = useState(option?.on ?? false);
  return (
    <Dialog
      title={question.title}
      role="alertdialog"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            {m.common.cancel}
          </Button>
          <Button
            tone={question.tone}
            onPress={() => {
              onClose();
              question.act(chosen);
            }}
          >
            {question.confirm}
          </Button>
        </>
      }
    >
      <p>{question.text}</p>
      {option !== undefined && <CheckBox name={option.name} on={chosen} onChange={setChosen} />}
    </Dialog>
  );
}
