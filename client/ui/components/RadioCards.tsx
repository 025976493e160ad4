import { Label, Radio, RadioGroup } from 'react-aria-components';
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

/** One choice of a few, each with a line of explanation. */
export function RadioCards<Value extends string>(props: Props<Value>) {
  return (
    <RadioGroup
      className="radio-cards"
      value={props.value}
      onChange={(value) => {
        const choice = props.choices.find((each) => each.value === value);
        if (choice) props.onChange(choice.value);
      }}
    >
      <Label className={props.labelHidden ? 'visually-hidden' : 'field-label'}>{props.label}</Label>
      <div className="radio-cards-list">
        {props.choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="radio-card">
            <span className="radio-dot" aria-hidden="true" />
            <span className="radio-words">
              <span className="radio-name">{choice.name}</span>
              {choice.text !== undefined && <span className="radio-text">{choice.text}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
