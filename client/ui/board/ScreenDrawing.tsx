import { ArrowUpRight, Highlighter, Pencil, PencilLine, Square, Trash2, X } from 'lucide-react';
import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Toolbar as AriaToolbar } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import type { Shape } from '../../meeting/boardView.ts';
import { IconButton } from '../components/IconButton.tsx';
import type { DrawingOn } from '../meeting/SharedScreen.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { BoardShape } from './BoardShape.tsx';
import { inkColours } from './ink.ts';
import { LineSender, newElementId } from './lineSender.ts';
import { ToolButton } from './Toolbar.tsx';
import './board.css';

/** A picture's sides in units of what is drawn over it, whatever its pixels. */
const SIDE = 10_000;
const tools = ['pen', 'marker', 'arrow', 'rectangle'] as const;
type Tool = (typeof tools)[number];
const icons = {
  pen: <Pencil aria-hidden="true" />,
  marker: <Highlighter aria-hidden="true" />,
  arrow: <ArrowUpRight aria-hidden="true" />,
  rectangle: <Square aria-hidden="true" />,
};

interface Props {
  /** Whose screen it is. */
  readonly name: string;
  readonly drawing: DrawingOn;
  readonly main: boolean;
}

/** What people draw over a shared screen: it lies on the picture's own coordinates, however large it is shown. */
export function ScreenDrawing({ name, drawing, main }: Props) {
  const m = useMessages();
  const actions = useActions();
  const frame = useRef<HTMLDivElement>(null);
  const box = usePictureBox(frame);
  const [tool, setTool] = useState<Tool | null>(null);
  const [draft, setDraft] = useState<Shape | null>(null);
  const gesture = useRef<LineSender | { readonly x: number; readonly y: number } | null>(null);
  const may = drawing.mayDraw && main;
  useEffect(() => {
    if (!may) setTool(null);
  }, [may]);
  const own = drawing.elements.filter(({ mine }) => mine);
  const z = Math.max(0, ...drawing.elements.map(({ shape }) => shape.z)) + 1;
  const unit = SIDE / 1_280;

  const at = (event: { clientX: number; clientY: number }) => {
    const { x, y, width, height } = frame.current?.getBoundingClientRect() ?? new DOMRect();
    const inside = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * SIDE);
    return {
      x: inside((event.clientX - x - (width - box.width) / 2) / box.width),
      y: inside((event.clientY - y - (height - box.height) / 2) / box.height),
    };
  };
  const common = { on: drawing.on, ink: 'red', z } as const;
  const shapeTo = (from: { x: number; y: number }, to: { x: number; y: number }): Shape | null =>
    tool === 'arrow' || tool === 'rectangle'
      ? { kind: tool, ...common, ...from, width: to.x - from.x, height: to.y - from.y, thickness: 4 }
      : null;

  const onPointerDown = (event: PointerEvent) => {
    if (tool === null || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const start = at(event);
    if (tool === 'pen' || tool === 'marker') {
      const style = { kind: tool, ...common, thickness: 4 } as const;
      gesture.current = new LineSender(style, { ...start, pressure: event.pressure }, 12, actions.draw);
    } else gesture.current = start;
  };
  const onPointerMove = (event: PointerEvent) => {
    const now = gesture.current;
    if (now instanceof LineSender) {
      const events = event.nativeEvent.getCoalescedEvents?.() ?? [];
      const points = (events.length > 0 ? events : [event.nativeEvent]).map((each) => ({
        ...at(each),
        pressure: each.pressure,
      }));
      now.add(points, event.timeStamp);
      setDraft(now.shape);
    } else if (now) setDraft(shapeTo(now, at(event)));
  };
  const onPointerUp = (event: PointerEvent) => {
    const now = gesture.current;
    gesture.current = null;
    setDraft(null);
    if (now instanceof LineSender) now.end();
    else if (now) {
      const shape = shapeTo(now, at(event));
      if (shape) actions.draw({ do: 'put', id: newElementId(), shape });
    }
  };

  const shapes = drawing.elements.map(({ ref, shape }) => ({ ref, shape }));
  if (draft) shapes.push({ ref: 'draft', shape: draft });
  return (
    <div className="screen-layer" ref={frame}>
      <svg
        className="screen-drawing"
        data-drawing={tool !== null}
        role="img"
        aria-label={m.board.canvas(drawing.elements.length)}
        style={{ width: box.width, height: box.height }}
        viewBox={`0 0 ${box.width || 1} ${box.height || 1}`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {shapes.map(({ ref, shape }) => (
          <g
            key={ref}
            transform={`translate(${(shape.x / SIDE) * box.width} ${(shape.y / SIDE) * box.height})`}
          >
            <BoardShape shape={onPicture(shape, box)} />
          </g>
        ))}
        {drawing.pointers.map((pointer) => (
          <circle
            key={pointer.device}
            cx={(pointer.x / SIDE) * box.width}
            cy={(pointer.y / SIDE) * box.height}
            r={6}
            fill={inkColours.red}
          />
        ))}
      </svg>
      {may && (
        <AriaToolbar className="screen-tools" aria-label={m.board.screenTools(name)}>
          {tool === null ? (
            <IconButton label={m.board.screenOpen} onPress={() => setTool('pen')}>
              <PencilLine aria-hidden="true" />
            </IconButton>
          ) : (
            <>
              {tools.map((each) => (
                <ToolButton
                  key={each}
                  name={m.board.tools[each]}
                  on={tool === each}
                  onPress={() => setTool(each)}
                >
                  {icons[each]}
                </ToolButton>
              ))}
              <IconButton
                label={m.board.screenClear}
                disabled={own.length === 0}
                onPress={() => actions.draw({ do: 'remove', refs: own.map(({ ref }) => ref) })}
              >
                <Trash2 aria-hidden="true" />
              </IconButton>
              <IconButton label={m.board.screenClose} onPress={() => setTool(null)}>
                <X aria-hidden="true" />
              </IconButton>
            </>
          )}
        </AriaToolbar>
      )}
    </div>
  );

  /** A shape in pixels of the picture as it is shown; lines keep their thickness on every screen. */
  function onPicture(shape: Shape, { width, height }: { width: number; height: number }): Shape {
    const [wide, high] = [width / SIDE, height / SIDE];
    const thickness = Math.max(2, (('thickness' in shape ? shape.thickness : 4) * width * unit) / SIDE);
    if ('points' in shape) {
      const points = shape.points.map((value, index) =>
        index % 3 === 0 ? value * wide : index % 3 === 1 ? value * high : value,
      );
      return { ...shape, points, thickness };
    }
    if ('thickness' in shape)
      return { ...shape, width: shape.width * wide, height: shape.height * high, thickness };
    return shape;
  }
}

/** Where the picture stands within its frame: whole, in the middle, in its own proportions. */
function usePictureBox(frame: { readonly current: HTMLElement | null }): { width: number; height: number } {
  const [box, setBox] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    const video = element?.parentElement?.querySelector('video');
    if (!element || !video) return;
    const measure = () => {
      const { width, height } = element.getBoundingClientRect();
      const scale = Math.min(width / (video.videoWidth || width), height / (video.videoHeight || height));
      const next = {
        width: (video.videoWidth || width) * scale,
        height: (video.videoHeight || height) * scale,
      };
      setBox((old) => (old.width === next.width && old.height === next.height ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // A shared window changes its size while it is shared.
    video.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      video.removeEventListener('resize', measure);
    };
  }, [frame]);
  return box;
}
