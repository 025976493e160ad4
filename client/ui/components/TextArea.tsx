import { TextArea as Area, TextField as AriaTextField, Label, Text } from 'react-aria-components';
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
  return (
    <AriaTextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      autoComplete="off"
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
    >
      <Label className="field-label">{props.label}</Label>
      <Area className="field-input field-area" rows={props.rows ?? 4} dir="auto" />
      {props.description !== undefined && (
        <Text slot="description" className="field-help">
          {props.description}
        </Text>
      )}
    </AriaTextField>
  );
}
