import { Check, ChevronDown } from 'lucide-react';
import {
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from 'react-aria-components';
import './Select.css';

interface Props {
  readonly label: string;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
  readonly value: string | null;
  /** What stands for the choice once made, where its name is too long for the place. */
  readonly valueText?: string;
  readonly onChange: (id: string) => void;
}

/** One choice of a list. */
export function Select(props: Props) {
  return (
    <AriaSelect
      className="field"
      value={props.value}
      onChange={(key) => {
        if (typeof key === 'string') props.onChange(key);
      }}
    >
      <Label className="field-label">{props.label}</Label>
      <Button className="select-button">
        <SelectValue className="select-value">
          {({ defaultChildren }) => props.valueText ?? defaultChildren}
        </SelectValue>
        <ChevronDown aria-hidden="true" />
      </Button>
      <Popover className="popover select-popover" offset={4}>
        <ListBox className="menu">
          {props.choices.map((choice) => (
            <ListBoxItem key={choice.id} id={choice.id} className="menu-item" textValue={choice.name}>
              <span className="menu-words">{choice.name}</span>
              <Check className="menu-check" aria-hidden="true" />
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
