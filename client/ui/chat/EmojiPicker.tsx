import { Smile } from 'lucide-react';
import type { RefObject } from 'react';
import {
  Button as AriaButton,
  Menu as AriaMenu,
  MenuItem,
  MenuTrigger,
  Popover,
} from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import { emoji } from './emoji.ts';

interface Props {
  /** What it stands above, so that one sees what is picked. */
  readonly above: RefObject<HTMLElement | null>;
  readonly onPick: (character: string) => void;
}

/** A small choice of emoji behind a button. */
export function EmojiPicker({ above, onPick }: Props) {
  const m = useMessages();
  return (
    <MenuTrigger>
      <AriaButton className="icon-button" aria-label={m.chat.emoji}>
        <Smile aria-hidden="true" />
      </AriaButton>
      <Popover className="popover emoji-popover" placement="top end" offset={8} triggerRef={above}>
        <AriaMenu
          aria-label={m.chat.emoji}
          className="menu emoji-grid"
          onAction={(key) => onPick(String(key))}
        >
          {emoji.map((character) => (
            <MenuItem key={character} id={character} className="menu-reaction" textValue={character}>
              {character}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
