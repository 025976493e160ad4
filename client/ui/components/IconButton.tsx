import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';
import './Button.css';

interface Props {
  /** The name, for screen readers and as tooltip. */
  readonly label: string;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  readonly onPress?: () => void;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that shows an icon and carries a name. */
export function IconButton(props: Props) {
  return (
    <WithTooltip text={props.label}>
      <AriaButton
        className="icon-button"
        aria-label={props.label}
        isDisabled={props.disabled ?? false}
        {...(props.ref === undefined ? {} : { ref: props.ref })}
        {...(props.onPress === undefined ? {} : { onPress: props.onPress })}
      >
        {props.children}
      </AriaButton>
    </WithTooltip>
  );
}

/** Shows a text beside its one focusable child while that is hovered or focused. */
export function WithTooltip(props: { text: string; children: ReactNode }) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {props.children}
      <AriaTooltip className="tooltip" offset={8}>
        {props.text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
