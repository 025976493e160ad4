import { Switch as AriaSwitch } from 'react-aria-components';
import './Switch.css';

interface Props {
  readonly name: string;
  readonly text?: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly disabled?: boolean;
}

/** Something that is on or off, at once. */
export function Switch(props: Props) {
  return (
    <AriaSwitch
      className="switch"
      isSelected={props.on}
      onChange={props.onChange}
      isDisabled={props.disabled ?? false}
    >
      <span className="switch-words">
        <span className="switch-name">{props.name}</span>
        {props.text !== undefined && <span className="switch-text">{props.text}</span>}
      </span>
      <span className="switch-track" aria-hidden="true">
        <span className="switch-thumb" />
      </span>
    </AriaSwitch>
  );
}
