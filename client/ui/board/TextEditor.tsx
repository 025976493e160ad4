import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { Shape } from '../../meeting/boardView.ts';
import { inkColours, noteColours } from './ink.ts';
import { LINE, NOTE_PADDING, NOTE_SIZE } from './textLayout.ts';
import type { Viewport } from './useViewport.ts';

interface Props {
  readonly shape: Shape & { kind: 'text' | 'note' };
  readonly view: Viewport;
  /** The text, or null where it is to stay as it was. */
  readonly onDone: (text: string | null) => void;
}

/** Writes a text where it stands on the board. Escape leaves it as it was; Control and Enter, or leaving, takes it. */
export function TextEditor({ shape, view, onDone }: Props) {
  const m = useMessages();
  const [text, setText] = useState(shape.text);
  const field = useRef<HTMLTextAreaElement>(null);
  const done = useRef(false);
  useEffect(() => field.current?.focus(), []);
  const end = (value: string | null) => {
    if (done.current) return;
    done.current = true;
    onDone(value);
  };
  const { scale } = view;
  const size = (shape.kind === 'note' ? NOTE_SIZE : shape.size) * scale;
  const lines = text.split('\n');
  const style: CSSProperties = {
    left: (shape.x - view.x) * scale,
    top: (shape.y - view.y) * scale,
    fontSize: size,
    lineHeight: LINE,
    ...(shape.kind === 'note'
      ? {
          width: shape.width * scale,
          height: shape.height * scale,
          padding: NOTE_PADDING * scale,
          background: noteColours[shape.ink],
          color: inkColours.black,
        }
      : {
          width: `${Math.max(6, ...lines.map((line) => line.length * 1.1 + 2))}ch`,
          height: lines.length * size * LINE + 8,
          color: inkColours[shape.ink],
        }),
  };
  return (
    <textarea
      ref={field}
      className={`board-editor board-editor-${shape.kind}`}
      style={style}
      aria-label={shape.kind === 'note' ? m.board.tools.note : m.board.textLabel}
      maxLength={limits.boardTextCharacters}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => end(text)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Escape') end(null);
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) end(text);
      }}
    />
  );
}
