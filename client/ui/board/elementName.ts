import type { Messages } from '../../i18n/en.ts';
import type { BoardElementView } from '../../meeting/boardView.ts';

/** What an element is called aloud: what it is, what it says, whose it is. */
export function elementName({ shape, mine, by, toldBy }: BoardElementView, m: Messages): string {
  const kind = m.board.tools[shape.kind];
  const says = 'text' in shape && shape.text.trim() !== '' ? `${kind}: ${shape.text}` : kind;
  const name = mine ? m.board.byYou(says) : m.board.by(says, by || m.board.someone);
  return toldBy === null ? name : m.board.told(name, toldBy);
}
