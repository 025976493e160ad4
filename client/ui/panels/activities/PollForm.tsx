import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { limits } from '../../../../shared/limits.ts';
import type { PollDefinition } from '../../../e2ee/activityContent.ts';
import { useMessages } from '../../../i18n/messages.tsx';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { RadioCards } from '../../components/RadioCards.tsx';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { TextField } from '../../components/TextField.tsx';
import { useActions } from '../../meeting/useMeeting.ts';

const kinds = ['single', 'multiple', 'ranked', 'quiz'] as const;

/** Asks everyone something. */
export function PollForm({ onDone }: { onDone: () => void }) {
  const m = useMessages();
  const { activity } = useActions();
  const [kind, setKind] = useState<PollDefinition['kind']>('single');
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState<readonly string[]>(['', '']);
  const [anonymous, setAnonymous] = useState(false);
  const [right, setRight] = useState(0);
  const [why, setWhy] = useState('');
  const [missing, setMissing] = useState(false);
  const change = (index: number, text: string) =>
    setOptions(options.map((option, each) => (each === index ? text : option)));
  const remove = (index: number) => {
    setOptions(options.filter((_, each) => each !== index));
    setRight(right > index ? right - 1 : right === index ? 0 : right);
  };
  const submit = () => {
    const texts = options.map((option) => option.trim());
    if (!question.trim() || texts.includes('') || new Set(texts).size < texts.length) return setMissing(true);
    const definition = { kind, question: question.trim(), options: texts, anonymous };
    activity({ do: 'open', definition, answer: kind === 'quiz' ? { option: right, why: why.trim() } : null });
    onDone();
  };
  return (
    <form
      className="activity-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <RadioCards<PollDefinition['kind']>
        label={m.activities.kind}
        value={kind}
        onChange={setKind}
        choices={kinds.map((value) => ({ value, ...m.activities.kinds[value] }))}
      />
      <TextField
        label={m.activities.question}
        value={question}
        onChange={setQuestion}
        maxLength={limits.pollQuestionCharacters}
      />
      {options.map((option, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fields are named by their place
        <div className="activity-row" key={index}>
          <TextField
            label={m.activities.option(index + 1)}
            value={option}
            onChange={(text) => change(index, text)}
            maxLength={limits.pollOptionCharacters}
          />
          {options.length > 2 && (
            <IconButton label={m.activities.removeOption(index + 1)} onPress={() => remove(index)}>
              <X aria-hidden="true" />
            </IconButton>
          )}
        </div>
      ))}
      {options.length < limits.pollOptions && (
        <Button tone="quiet" icon={<Plus aria-hidden="true" />} onPress={() => setOptions([...options, ''])}>
          {m.activities.addOption}
        </Button>
      )}
      {kind === 'quiz' && (
        <>
          <Select
            label={m.activities.right}
            value={String(right)}
            onChange={(id) => setRight(Number(id))}
            choices={options.map((option, index) => ({
              id: String(index),
              name: option.trim() || m.activities.option(index + 1),
            }))}
          />
          <TextField
            label={m.activities.why}
            value={why}
            onChange={setWhy}
            maxLength={limits.pollWhyCharacters}
          />
        </>
      )}
      <Switch
        name={m.activities.anonymous}
        text={anonymous ? m.activities.anonymousMaker : m.activities.named}
        on={anonymous}
        onChange={setAnonymous}
      />
      {missing && (
        <p className="field-error" role="alert">
          {m.activities.missing}
        </p>
      )}
      <div className="activity-actions">
        <Button type="submit" tone="primary">
          {m.activities.open}
        </Button>
        <Button onPress={onDone}>{m.activities.cancel}</Button>
      </div>
    </form>
  );
}
