import { useId } from 'react';
import { Field } from './Field.tsx';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly description?: string;
  readonly maxLength?: number;
  readonly rows?: number;
}

/** A labelled field for several lines of text. */
export function TextArea(props: Props) {
  const id = useId();
  return (
    <Field id={id} label={props.label} description={props.description} error={null}>
      <textarea
        id={id}
        className="field-input field-area"
        value={props.value}
        onChange={({ target }) => props.onChange(target.value)}
        aria-describedby={props.description === undefined ? undefined : `${id}-note`}
        autoComplete="off"
        maxLength={props.maxLength}
        rows={props.rows ?? 4}
        dir="auto"
      />
    </Field>
  );
}
