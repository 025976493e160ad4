import type { ReactNode, Ref } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import './Button.css';

export type ButtonTone = 'primary' | 'plain' | 'quiet' | 'warn';

interface Props {
  readonly children: ReactNode;
  readonly tone?: ButtonTone;
  readonly size?: 'm' | 's' | 'l';
  readonly icon?: ReactNode;
  readonly type?: 'button' | 'submit';
  /** Work is under way: the button stays focusable and says so. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly wide?: boolean;
  readonly autoFocus?: boolean;
  readonly onPress?: () => void;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with words. */
export function Button(props: Props) {
  const { tone = 'plain', size = 'm', type = 'button', busy = false, disabled = false, wide = false } = props;
  return (
    <AriaButton
      className={`button button-${tone} button-${size}${wide ? ' button-wide' : ''}`}
      type={type}
      isPending={busy}
      isDisabled={disabled}
      autoFocus={props.autoFocus ?? false}
      {...(props.label === undefined ? {} : { 'aria-label': props.label })}
      {...(props.ref === undefined ? {} : { ref: props.ref })}
      {...(props.onPress === undefined ? {} : { onPress: props.onPress })}
    >
      {props.icon}
      <span>{props.children}</span>
    </AriaButton>
  );
}
