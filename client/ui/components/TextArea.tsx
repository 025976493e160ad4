import { useId } from 'react';
import './TextField.css';

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
  const described = props.description !== undefined;
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {props.label}
      </label>
      <textarea
        id={id}
        className="field-input field-area"
        value={props.value}
        onChange={({ target }) => props.onChange(target.value)}
        aria-describedby={described ? `${id}-note` : undefined}
        autoComplete="off"
        maxLength={props.maxLength}
        rows={props.rows ?? 4}
        dir="auto"
      />
      {described && (
        <span id={`${id}-note`} className="field-help">
          {props.description}
        </span>
      )}
    </div>
  );
}
