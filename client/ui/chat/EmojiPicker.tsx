import { Smile } from 'lucide-react';
import {
  Button as AriaButton,
  Menu as AriaMenu,
  MenuItem,
  MenuTrigger,
  Popover,
} from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import { emoji } from './emoji.ts';

/** A small choice of emoji behind a button. */
export function EmojiPicker({ onPick }: { onPick: (character: string) => void }) {
  const m = useMessages();
  return (
    <MenuTrigger>
      <AriaButton className="icon-button" aria-label={m.chat.emoji}>
        <Smile aria-hidden="true" />
      </AriaButton>
      <Popover className="popover emoji-popover" placement="top end" offset={8}>
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
