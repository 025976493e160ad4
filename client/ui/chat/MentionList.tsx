import { type KeyboardEvent, useId, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MemberView } from '../../meeting/view.ts';

const OFFERED = 5;

export interface Mentions {
  /** What was typed of the name so far. */
  readonly typed: string;
  readonly names: readonly string[];
  readonly active: number;
  readonly listId: string;
  readonly aria: Readonly<Record<`aria-${string}`, string | undefined>>;
  /** Whether the key was for the list. */
  onKeyDown(event: KeyboardEvent, accept: (name: string) => void): boolean;
}

/** Names that fit what is typed after `@` before the caret. */
export function useMentions(members: readonly MemberView[], text: string, caret: number): Mentions {
  const listId = useId();
  const [active, setActive] = useState(0);
  const [closed, setClosed] = useState<string | null>(null);
  const typed = /(?:^|[\s(（，。、])@([^@\n]{0,40})$/u.exec(text.slice(0, caret))?.[1];
  const wanted = typed?.toLocaleLowerCase();
  const names =
    wanted === undefined || closed === text.slice(0, caret)
      ? []
      : members
          .filter((member) => !member.self && member.name.toLocaleLowerCase().startsWith(wanted))
          .map(({ name }) => name)
          .slice(0, OFFERED);
  const place = Math.min(active, Math.max(0, names.length - 1));
  return {
    typed: typed ?? '',
    names,
    active: place,
    listId,
    aria: names.length > 0 ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${place}` } : {},
    onKeyDown(event, accept) {
      const name = names[place];
      if (name === undefined) return false;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        setActive((place + (event.key === 'ArrowDown' ? 1 : names.length - 1)) % names.length);
      } else if (event.key === 'Enter' || event.key === 'Tab') accept(name);
      else if (event.key === 'Escape') setClosed(text.slice(0, caret));
      else return false;
      event.preventDefault();
      return true;
    },
  };
}

/** The names on offer, above what is written. */
export function MentionList({
  mentions,
  onAccept,
}: {
  mentions: Mentions;
  onAccept: (name: string) => void;
}) {
  const m = useMessages();
  const { names, active, listId } = mentions;
  if (names.length === 0) return null;
  return (
    <div id={listId} className="mention-list" role="listbox" aria-label={m.chat.mention}>
      {names.map((name, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the text field, as in every combobox
        <div
          key={name}
          id={`${listId}-${index}`}
          className="menu-item"
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onAccept(name)}
        >
          <bdi>{name}</bdi>
        </div>
      ))}
    </div>
  );
}
