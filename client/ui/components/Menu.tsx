import type { ReactElement, ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import './Select.css';

/** An entry of a menu; `null` stands for a line between groups. */
export type MenuEntry = {
  readonly id: string;
  readonly name: string;
  readonly icon: ReactNode;
  readonly act: () => void;
  readonly warn?: boolean;
} | null;

interface Props {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly placement?: 'top' | 'bottom end' | 'top end' | 'left top';
  /** Emoji and their names, shown as a row above the entries. */
  readonly reactions?: Readonly<Record<string, string>>;
  readonly onReact?: (emoji: string) => void;
}

/** A menu of actions behind a button. */
export function Menu(props: Props) {
  const reactions = Object.entries(props.reactions ?? {});
  return (
    <MenuTrigger>
      {props.trigger}
      <Popover className="popover popover-menu" placement={props.placement ?? 'bottom end'} offset={8}>
        <p className="menu-title" aria-hidden="true">
          {props.label}
        </p>
        {reactions.length > 0 && (
          <AriaMenu
            aria-label={props.label}
            className="menu menu-reactions"
            onAction={(key) => props.onReact?.(String(key))}
          >
            {reactions.map(([emoji, name]) => (
              <MenuItem key={emoji} id={emoji} className="menu-reaction" textValue={name} aria-label={name}>
                {emoji}
              </MenuItem>
            ))}
          </AriaMenu>
        )}
        {props.entries.length > 0 && <MenuEntries label={props.label} entries={props.entries} />}
      </Popover>
    </MenuTrigger>
  );
}

/** The entries alone, for a popover of one's own. */
export function MenuEntries(props: { label: string; entries: readonly MenuEntry[]; onClose?: () => void }) {
  const { label, entries, onClose } = props;
  return (
    <AriaMenu aria-label={label} className="menu" {...(onClose === undefined ? {} : { onClose })}>
      {entries.map((entry, index) =>
        entry === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
          <Separator key={index} className="menu-separator" />
        ) : (
          <MenuItem
            key={entry.id}
            id={entry.id}
            className={entry.warn ? 'menu-item menu-item-warn' : 'menu-item'}
            textValue={entry.name}
            onAction={entry.act}
          >
            {entry.icon}
            <span className="menu-words">{entry.name}</span>
          </MenuItem>
        ),
      )}
    </AriaMenu>
  );
}
