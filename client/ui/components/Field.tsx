import type { ReactNode } from 'react';
import './Field.css';

interface Props {
  /** Id of the control inside; its help or error has the same with `-note`. */
  readonly id: string;
  readonly label: string;
  readonly description: string | undefined;
  /** What is wrong with the value; shown instead of the help. */
  readonly error: string | null;
  readonly children: ReactNode;
}

/** Label above a control, and help or error below it. */
export function Field({ id, label, description, error, children }: Props) {
  const note = error ?? description;
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children}
      {note !== undefined && (
        <span id={`${id}-note`} className={error === null ? 'field-help' : 'field-error'}>
          {note}
        </span>
      )}
    </div>
  );
}
