import { useId } from 'react';
import './RadioCards.css';

interface Choice<Value extends string> {
  readonly value: Value;
  readonly name: string;
  readonly text?: string;
}

interface Props<Value extends string> {
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly labelHidden?: boolean;
}

/** One choice of a few, each with a line of explanation. The browser's own radio buttons: the start page carries them. */
export function RadioCards<Value extends string>(props: Props<Value>) {
  const id = useId();
  return (
    <div role="radiogroup" aria-labelledby={id} className="radio-cards">
      <span id={id} className={props.labelHidden ? 'visually-hidden' : 'field-label'}>
        {props.label}
      </span>
      <div className="radio-cards-list">
        {props.choices.map(({ value, name, text }) => (
          <label key={value} className="radio-card">
            <input
              type="radio"
              className="visually-hidden"
              name={id}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            <span className="radio-dot" aria-hidden="true" />
            <span className="radio-words">
              <span className="radio-name">{name}</span>
              {text !== undefined && <span className="radio-text">{text}</span>}
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}
