import { Check, Minus } from 'lucide-react';
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components';
import './CheckList.css';

interface Props<Value extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: Value; readonly name: string; readonly text?: string }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
}

/** Any number of choices out of a list; a long one scrolls. */
export function CheckList<Value extends string>(props: Props<Value>) {
  return (
    <CheckboxGroup
      className="check-list"
      value={[...props.chosen]}
      onChange={(values) =>
        props.onChange(props.choices.map(({ value }) => value).filter((value) => values.includes(value)))
      }
    >
      <Label className="field-label">{props.label}</Label>
      <div className="check-list-items">
        {props.choices.map(({ value, name, text }) => (
          <Checkbox key={value} value={value} className="check">
            <span className="check-box" aria-hidden="true">
              <Check />
            </span>
            <span className="check-name">
              <bdi>{name}</bdi>
              {text !== undefined && <span className="check-text"> · {text}</span>}
            </span>
          </Checkbox>
        ))}
      </div>
    </CheckboxGroup>
  );
}

interface BoxProps {
  readonly name: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  /** Some of what it stands for are chosen. */
  readonly partly?: boolean;
  /** The name is for screen readers alone. */
  readonly nameHidden?: boolean;
  readonly disabled?: boolean;
}

/** One choice that is taken or not. */
export function CheckBox(props: BoxProps) {
  return (
    <Checkbox
      className="check check-single"
      isSelected={props.on}
      isIndeterminate={props.partly ?? false}
      isDisabled={props.disabled ?? false}
      onChange={props.onChange}
      {...(props.nameHidden ? { 'aria-label': props.name } : {})}
    >
      <span className="check-box" aria-hidden="true">
        {props.partly ? <Minus /> : <Check />}
      </span>
      {!props.nameHidden && (
        <span className="check-name">
          <bdi>{props.name}</bdi>
        </span>
      )}
    </Checkbox>
  );
}
