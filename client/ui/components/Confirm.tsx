import { useMessages } from '../../i18n/messages.tsx';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

/** A question before something that cannot be taken back at once. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly tone: 'primary' | 'warn';
  readonly act: () => void;
}

export function Confirm({ question, onClose }: { question: Question; onClose: () => void }) {
  const m = useMessages();
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
              question.act();
            }}
          >
            {question.confirm}
          </Button>
        </>
      }
    >
      <p>{question.text}</p>
    </Dialog>
  );
}
