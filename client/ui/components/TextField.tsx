import { type Ref, useId } from 'react';
import { Field } from './Field.tsx';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly description?: string;
  /** What is wrong with the value; null while nothing is. */
  readonly error?: string | null;
  readonly maxLength?: number;
  readonly autoComplete?: string;
  readonly readOnly?: boolean;
  readonly type?: 'text' | 'url' | 'password';
  readonly ref?: Ref<HTMLInputElement>;
}

/** A labelled line of text with its help and its error. */
export function TextField(props: Props) {
  const id = useId();
  const error = props.error ?? null;
  const noted = error !== null || props.description !== undefined;
  return (
    <Field id={id} label={props.label} description={props.description} error={error}>
      <input
        id={id}
        className="field-input"
        value={props.value}
        onChange={({ target }) => props.onChange(target.value)}
        aria-invalid={error === null ? undefined : true}
        aria-describedby={noted ? `${id}-note` : undefined}
        readOnly={props.readOnly}
        autoComplete={props.autoComplete ?? 'off'}
        maxLength={props.maxLength}
        spellCheck={false}
        type={props.type === 'password' ? 'password' : 'text'}
        inputMode={props.type === 'url' ? 'url' : 'text'}
        ref={props.ref}
      />
    </Field>
  );
}
