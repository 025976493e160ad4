import { useId } from 'react';
import { Field } from './Field.tsx';

interface Props {
  readonly label: string;
  /** Milliseconds since 1970, or null for none. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly description?: string;
  readonly error?: string | null;
}

/** A day and an hour by the clocks of this device, in the browser's own field for it. */
export function DateTimeField({ label, value, onChange, description, error = null }: Props) {
  const id = useId();
  const noted = error !== null || description !== undefined;
  return (
    <Field id={id} label={label} description={description} error={error}>
      <input
        id={id}
        className="field-input"
        type="datetime-local"
        value={value === null ? '' : localText(value)}
        aria-invalid={error !== null}
        aria-describedby={noted ? `${id}-note` : undefined}
        onChange={({ target }) => {
          const at = new Date(target.value).getTime();
          onChange(Number.isNaN(at) ? null : at);
        }}
      />
    </Field>
  );
}

/** As the field wants it: local time, to the minute. */
function localText(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
