import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, ToggleButton } from 'react-aria-components';
import { WithTooltip } from '../components/IconButton.tsx';
import './ControlBar.css';

/** The largest number that a badge has room for. */
const MOST = 99;

interface Props {
  /** The name: what it is, not what pressing it does. */
  readonly name: string;
  /** What pressing it does now, with its key. */
  readonly tip: string;
  readonly icon: ReactNode;
  /** For a switch: whether it is on. */
  readonly on?: boolean;
  /** For a switch whose off state people must notice. */
  readonly alertOff?: boolean;
  readonly badge?: number;
  /** The badge in words. */
  readonly badgeText?: string;
  /** Why it cannot be used now. */
  readonly blocked?: string | null;
  readonly tone?: 'warn';
  readonly onPress?: () => void;
  /** Instead of `onPress`: it acts as long as it is held down. */
  readonly onHold?: (down: boolean) => void;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** One control of the bar: icon, name, state. */
export function Control(props: Props) {
  const blocked = props.blocked ?? null;
  const { onHold, badge = 0 } = props;
  const content = (
    <>
      <span className="control-icon" aria-hidden="true">
        {props.icon}
        {badge > 0 && <span className="control-badge">{badge > MOST ? `${MOST}+` : badge}</span>}
      </span>
      <span className="control-name">{props.name}</span>
      {badge > 0 && props.badgeText !== undefined && (
        <span className="visually-hidden">, {props.badgeText}</span>
      )}
      {blocked !== null && <span className="visually-hidden">, {blocked}</span>}
    </>
  );
  const shared = {
    className: `control${props.tone === 'warn' ? ' control-warn' : ''}${blocked !== null ? ' control-blocked' : ''}${
      props.alertOff ? ' control-alert' : ''
    }`,
    ...(props.ref === undefined ? {} : { ref: props.ref }),
    ...(props.onPress === undefined ? {} : { onPress: props.onPress }),
    ...(onHold === undefined ? {} : { onPressStart: () => onHold(true), onPressEnd: () => onHold(false) }),
  };
  return (
    <WithTooltip text={blocked ?? props.tip}>
      {props.on === undefined ? (
        <AriaButton {...shared}>{content}</AriaButton>
      ) : (
        <ToggleButton {...shared} isSelected={props.on}>
          {content}
        </ToggleButton>
      )}
    </WithTooltip>
  );
}
