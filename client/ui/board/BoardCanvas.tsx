import { type KeyboardEvent, memo, type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { BoardElementView, BoardWish, PointerView, Shape } from '../../meeting/boardView.ts';
import { BoardShape } from './BoardShape.tsx';
import { boundsOf } from './bounds.ts';
import { elementName } from './elementName.ts';
import { newElementId } from './lineSender.ts';
import { TextEditor } from './TextEditor.tsx';
import type { Held } from './tools.ts';
import { useDrawing } from './useDrawing.ts';
import type { useViewport } from './useViewport.ts';

const STEP = 10;

interface Props {
  readonly elements: readonly BoardElementView[];
  readonly pointers: readonly PointerView[];
  readonly pictures: ReadonlyMap<string, string>;
  readonly held: Held;
  readonly viewport: ReturnType<typeof useViewport>;
  readonly size: { readonly width: number; readonly height: number };
  readonly mayDraw: boolean;
  readonly mayModerate: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (refs: ReadonlySet<string>) => void;
  readonly draw: (wish: BoardWish) => void;
  /** Everything drawn, for files. */
  readonly drawn: RefObject<SVGGElement | null>;
}

/** The board itself: what is drawn on it, and drawing. */
export function BoardCanvas(props: Props) {
  const { elements, viewport, size, held, mayDraw, mayModerate, selected, onSelect, draw } = props;
  const m = useMessages();
  const id = useId();
  const [active, setActive] = useState<string | null>(null);
  const [writing, setWriting] = useState<{
    shape: Shape & { kind: 'text' | 'note' };
    ref: string | null;
  } | null>(null);
  const drawing = useDrawing({
    held,
    elements,
    selected,
    viewport,
    mayDraw,
    mayModerate,
    draw,
    onSelect: (refs) => {
      onSelect(refs);
      setActive([...refs].at(-1) ?? null);
    },
    onWrite: (shape, ref) => setWriting({ shape, ref }),
  });
  const { view } = viewport;
  const draft = useDraft(drawing.draft, elements);
  const svg = useWheel(viewport);

  const edit = (ref: string) => {
    const element = elements.find((each) => each.ref === ref);
    const shape = element?.mayChange && mayDraw ? element.shape : null;
    if (shape?.kind === 'text' || shape?.kind === 'note') setWriting({ shape, ref });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = arrows[event.key];
    if (step && (event.shiftKey || event.altKey)) {
      const movable = elements.filter((element) => selected.has(element.ref) && element.mayChange);
      movable.forEach(({ ref, shape }, index) => {
        if (!mayDraw) return;
        draw({
          do: 'change',
          ref,
          change: { x: shape.x + step.x * STEP, y: shape.y + step.y * STEP },
          first: index === 0,
        });
      });
    } else if (step) {
      const from = elements.findIndex(({ ref }) => ref === active);
      const next = elements.at((from + (step.x || step.y)) % Math.max(1, elements.length));
      if (!next) return;
      setActive(next.ref);
      onSelect(new Set([next.ref]));
      reveal(next.shape);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      const own = elements.filter((each) => selected.has(each.ref) && (each.mine || mayModerate));
      if (mayDraw && own.length > 0) draw({ do: 'remove', refs: own.map(({ ref }) => ref) });
      onSelect(new Set());
    } else if (event.key === 'Enter') {
      if (selected.size === 1 && held.tool === 'select') edit([...selected][0] ?? '');
      else if (mayDraw) drawing.put(viewport.toBoard({ x: size.width / 2, y: size.height / 2 }));
    } else if (event.key === 'Escape' && selected.size > 0) onSelect(new Set());
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z')
      draw({ do: event.shiftKey ? 'redo' : 'undo' });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const reveal = (shape: Shape) => {
    const bounds = boundsOf(shape);
    const [middleX, middleY] = [bounds.x + bounds.width / 2, bounds.y + bounds.height / 2];
    const [width, height] = [size.width / view.scale, size.height / view.scale];
    const seen =
      middleX > view.x && middleX < view.x + width && middleY > view.y && middleY < view.y + height;
    if (!seen) viewport.setView({ ...view, x: middleX - width / 2, y: middleY - height / 2 });
  };

  const shown = writing?.ref ?? null;
  const box = `${view.x} ${view.y} ${size.width / view.scale} ${size.height / view.scale}`;
  const index = elements.findIndex(({ ref }) => ref === active);
  return (
    <div className="board-canvas" data-tool={mayDraw ? held.tool : held.tool === 'hand' ? 'hand' : 'select'}>
      <svg
        ref={svg}
        role="application"
        aria-label={m.board.canvas(elements.length)}
        aria-describedby={`${id}help`}
        {...(index >= 0 ? { 'aria-activedescendant': `${id}${index}` } : {})}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys; see `onKeyDown`
        tabIndex={0}
        viewBox={box}
        onPointerDown={drawing.onPointerDown}
        onPointerMove={drawing.onPointerMove}
        onPointerUp={drawing.onPointerUp}
        onPointerCancel={drawing.onPointerCancel}
        onPointerLeave={drawing.onPointerLeave}
        onDoubleClick={(event) => {
          event.stopPropagation();
          if (held.tool === 'select') for (const ref of selected) edit(ref);
        }}
        onKeyDown={onKeyDown}
      >
        <g ref={props.drawn}>
          {elements.map((element, place) =>
            element.ref === shown || element.ref === draft?.ref ? null : (
              <Drawn
                key={element.ref}
                element={element}
                id={`${id}${place}`}
                selected={selected.has(element.ref)}
                picture={
                  element.shape.kind === 'image'
                    ? (props.pictures.get(element.shape.file.blob) ?? null)
                    : null
                }
              />
            ),
          )}
        </g>
        {draft && (
          <g transform={`translate(${draft.shape.x} ${draft.shape.y})`} pointerEvents="none">
            <BoardShape shape={draft.shape} />
          </g>
        )}
        <Selection elements={elements} selected={selected} scale={view.scale} />
        {props.pointers.map((pointer) => (
          <Pointer
            key={pointer.device}
            pointer={pointer}
            scale={view.scale}
            atRightEdge={(pointer.x - view.x) * view.scale > size.width - NAME_PIXELS}
          />
        ))}
      </svg>
      <p id={`${id}help`} className="visually-hidden">
        {m.board.canvasHelp}
      </p>
      {writing && (
        <TextEditor
          key={writing.ref ?? 'new'}
          shape={writing.shape}
          view={view}
          onDone={(text) => {
            setWriting(null);
            svg.current?.focus();
            if (text !== null) written(writing, text, draw);
          }}
        />
      )}
    </div>
  );
}

const arrows: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const Drawn = memo(function Drawn(props: {
  element: BoardElementView;
  id: string;
  selected: boolean;
  picture: string | null;
}) {
  const m = useMessages();
  const { element, id, selected, picture } = props;
  const { ref, shape } = element;
  const name = elementName(element, m);
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of shapes is one picture
    <g
      id={id}
      data-ref={ref}
      role="img"
      aria-label={selected ? m.board.selected(name) : name}
      transform={`translate(${shape.x} ${shape.y})`}
    >
      <BoardShape shape={shape} picture={picture} />
    </g>
  );
});

function Selection(props: {
  elements: readonly BoardElementView[];
  selected: ReadonlySet<string>;
  scale: number;
}) {
  const chosen = props.elements.filter(({ ref }) => props.selected.has(ref));
  return chosen.map(({ ref, shape }) => {
    const { x, y, width, height } = boundsOf(shape);
    const edge = 4 / props.scale;
    return (
      <rect
        key={ref}
        className="board-selection"
        x={x - edge}
        y={y - edge}
        width={width + edge * 2}
        height={height + edge * 2}
        strokeWidth={2 / props.scale}
        strokeDasharray={`${6 / props.scale} ${4 / props.scale}`}
      />
    );
  });
}

/** Room for most names beside a pointer. */
const NAME_PIXELS = 120;

/** Where somebody points, with their name. */
function Pointer(props: { pointer: PointerView; scale: number; atRightEdge: boolean }) {
  const { pointer, scale, atRightEdge } = props;
  return (
    <g className="board-pointer" transform={`translate(${pointer.x} ${pointer.y}) scale(${1 / scale})`}>
      <path d="M0 0L5 17L9 10L16 8Z" />
      <text x={atRightEdge ? -2 : 14} y={28} textAnchor={atRightEdge ? 'end' : 'start'}>
        {pointer.name}
      </text>
    </g>
  );
}

/** What is under the hand, until it has come back as an element and is as long. */
function useDraft(draft: ReturnType<typeof useDrawing>['draft'], elements: readonly BoardElementView[]) {
  return useMemo(() => {
    if (!draft) return null;
    const back =
      draft.id === null ? undefined : elements.find((each) => each.mine && each.ref.endsWith(`.${draft.id}`));
    if (!back) return { ...draft, ref: null };
    const { shape } = back;
    const whole =
      !('points' in shape) || !('points' in draft.shape) || shape.points.length >= draft.shape.points.length;
    return whole ? null : { ...draft, ref: back.ref };
  }, [draft, elements]);
}

/** Turning a wheel moves the board, with Control or by pinching a pad it zooms. */
function useWheel({ pan, zoom }: ReturnType<typeof useViewport>): RefObject<SVGSVGElement | null> {
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey)
        zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - box.x, y: event.clientY - box.y });
      else pan(-event.deltaX, -event.deltaY);
    };
    // React listens passively, and the page would zoom instead.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [pan, zoom]);
  return svg;
}

function written(
  { shape, ref }: { shape: Shape & { kind: 'text' | 'note' }; ref: string | null },
  text: string,
  draw: (wish: BoardWish) => void,
): void {
  if (ref !== null) {
    if (text.trim() === '' && shape.kind === 'text') draw({ do: 'remove', refs: [ref] });
    else if (text !== shape.text) draw({ do: 'change', ref, change: { text }, first: true });
  } else if (text.trim() !== '' || shape.kind === 'note') {
    draw({ do: 'put', id: newElementId(), shape: { ...shape, text } });
  }
}
