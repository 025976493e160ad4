import {
  ArrowUpRight,
  Circle,
  Eraser,
  Hand,
  Highlighter,
  Image as ImageIcon,
  Minus,
  MousePointer2,
  Pencil,
  Pointer,
  Redo2,
  Square,
  StickyNote,
  Trash2,
  Type,
  Undo2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Toolbar as AriaToolbar, FileTrigger, ToggleButton } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import { IconButton, WithTooltip } from '../components/IconButton.tsx';
import { InkMenu } from './InkMenu.tsx';
import { type Held, isLooking, type Tool, tools } from './tools.ts';

const icons: Readonly<Record<Tool, ReactNode>> = {
  select: <MousePointer2 aria-hidden="true" />,
  hand: <Hand aria-hidden="true" />,
  pen: <Pencil aria-hidden="true" />,
  marker: <Highlighter aria-hidden="true" />,
  line: <Minus aria-hidden="true" />,
  arrow: <ArrowUpRight aria-hidden="true" />,
  rectangle: <Square aria-hidden="true" />,
  ellipse: <Circle aria-hidden="true" />,
  text: <Type aria-hidden="true" />,
  note: <StickyNote aria-hidden="true" />,
  eraser: <Eraser aria-hidden="true" />,
  pointer: <Pointer aria-hidden="true" />,
};

interface Props {
  readonly held: Held;
  readonly onHeld: (held: Held) => void;
  readonly mayDraw: boolean;
  /** Null where this person cannot put images on the board. */
  readonly onImage: ((file: File) => void) | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly canRemove: boolean;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onRemove: () => void;
}

/** The tools of the board: one stop of the tab key, arrows go from one to the next. */
export function Toolbar(props: Props) {
  const { held, onHeld, mayDraw, onImage } = props;
  const m = useMessages();
  return (
    <AriaToolbar className="board-tools" aria-label={m.board.toolbar}>
      {tools
        .filter((tool) => mayDraw || isLooking(tool))
        .map((tool) => (
          <ToolButton
            key={tool}
            name={m.board.tools[tool]}
            on={held.tool === tool}
            onPress={() => onHeld({ ...held, tool })}
          >
            {icons[tool]}
          </ToolButton>
        ))}
      {mayDraw && (
        <>
          {onImage && (
            <FileTrigger
              acceptedFileTypes={['image/png', 'image/jpeg', 'image/webp', 'image/gif']}
              onSelect={(files) => {
                const file = files?.item(0);
                if (file) onImage(file);
              }}
            >
              <IconButton label={m.board.tools.image}>
                <ImageIcon aria-hidden="true" />
              </IconButton>
            </FileTrigger>
          )}
          <InkMenu held={held} onHeld={onHeld} />
          <IconButton label={m.board.undo} disabled={!props.canUndo} onPress={props.onUndo}>
            <Undo2 aria-hidden="true" />
          </IconButton>
          <IconButton label={m.board.redo} disabled={!props.canRedo} onPress={props.onRedo}>
            <Redo2 aria-hidden="true" />
          </IconButton>
          <IconButton label={m.board.remove} disabled={!props.canRemove} onPress={props.onRemove}>
            <Trash2 aria-hidden="true" />
          </IconButton>
        </>
      )}
    </AriaToolbar>
  );
}

/** A tool that is held, or not. */
export function ToolButton(props: { name: string; on: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <WithTooltip text={props.name}>
      <ToggleButton
        className="icon-button board-tool"
        aria-label={props.name}
        isSelected={props.on}
        onPress={props.onPress}
      >
        {props.children}
      </ToggleButton>
    </WithTooltip>
  );
}
