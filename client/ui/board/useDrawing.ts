import { type PointerEvent, useRef, useState } from 'react';
import type { BoardElementView, BoardWish, Shape } from '../../meeting/boardView.ts';
import { thicknesses } from './ink.ts';
import { LineSender, newElementId } from './lineSender.ts';
import type { Held } from './tools.ts';
import type { useViewport } from './useViewport.ts';

const POINTER_EVERY_MS = 120;
const DRAG_EVERY_MS = 80;
export const NOTE_SIDE = 200;
export const TEXT_SIZE = 28;

interface Place {
  readonly x: number;
  readonly y: number;
}

type Gesture =
  | { readonly kind: 'line'; readonly line: LineSender }
  | { readonly kind: 'box'; readonly from: Place }
  | { readonly kind: 'pan'; last: Place }
  | {
      readonly kind: 'move';
      readonly from: Place;
      readonly shapes: ReadonlyMap<string, Place>;
      moved: boolean;
      sentAt: number;
    }
  | { readonly kind: 'erase' }
  | { readonly kind: 'point'; sentAt: number };

interface Parts {
  readonly held: Held;
  readonly elements: readonly BoardElementView[];
  readonly selected: ReadonlySet<string>;
  readonly viewport: ReturnType<typeof useViewport>;
  readonly mayDraw: boolean;
  readonly mayModerate: boolean;
  readonly draw: (wish: BoardWish) => void;
  readonly onSelect: (refs: ReadonlySet<string>) => void;
  /** A text is to be written, anew or again. */
  readonly onWrite: (shape: Shape & { kind: 'text' | 'note' }, ref: string | null) => void;
}

/** Follows pointers over the canvas: draws, moves, erases, pans with one and zooms with two of them. */
export function useDrawing(parts: Parts) {
  const { held, elements, selected, viewport, mayDraw, draw } = parts;
  const gesture = useRef<Gesture | null>(null);
  const touches = useRef(new Map<number, Place>());
  /** Whoever has a pen rests the hand on the screen. */
  const penSeen = useRef(false);
  const [draft, setDraft] = useState<{ readonly id: string | null; readonly shape: Shape } | null>(null);

  const height = () => Math.min(1_000_000_000, Math.max(0, ...elements.map(({ shape }) => shape.z)) + 1);
  const placeOf = (event: PointerEvent): Place => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.x, y: event.clientY - box.y };
  };
  const boxShape = (from: Place, to: Place): Shape | null => {
    const { tool, ink } = held;
    if (tool !== 'line' && tool !== 'arrow' && tool !== 'rectangle' && tool !== 'ellipse') return null;
    const size = { width: to.x - from.x, height: to.y - from.y };
    return {
      kind: tool,
      on: 'board',
      ...from,
      ...size,
      z: height(),
      ink,
      thickness: thicknesses[held.thickness],
    };
  };

  const onPointerDown = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button > 1) return;
    const place = placeOf(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (event.pointerType === 'pen') penSeen.current = true;
    if (event.pointerType === 'touch') {
      touches.current.set(event.pointerId, place);
      // A second finger: what the first began is over, both move the board.
      if (touches.current.size > 1) return cancel();
    }
    const looking =
      event.button === 1 || held.tool === 'hand' || (event.pointerType === 'touch' && penSeen.current);
    if (looking) {
      gesture.current = { kind: 'pan', last: place };
      return;
    }
    const at = viewport.toBoard(place);
    const ref = refAt(event.target);
    if (held.tool === 'select') return grab(event, at, ref);
    if (!mayDraw) return;
    switch (held.tool) {
      case 'pen':
      case 'marker': {
        const style = {
          kind: held.tool,
          on: 'board',
          ink: held.ink,
          thickness: thicknesses[held.thickness],
          z: height(),
        } as const;
        const line = new LineSender(
          style,
          { ...at, pressure: event.pressure },
          1.2 / viewport.view.scale,
          draw,
        );
        gesture.current = { kind: 'line', line };
        setDraft({ id: line.id, shape: line.shape });
        return;
      }
      case 'text':
      case 'note':
        event.preventDefault();
        return write(at);
      case 'eraser':
        gesture.current = { kind: 'erase' };
        return eraseAt(event);
      case 'pointer':
        gesture.current = { kind: 'point', sentAt: 0 };
        return point(at);
      default:
        gesture.current = { kind: 'box', from: at };
    }
  };

  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const place = placeOf(event);
    const before = touches.current.get(event.pointerId);
    if (before) {
      const other = [...touches.current].find(([id]) => id !== event.pointerId)?.[1];
      touches.current.set(event.pointerId, place);
      if (other) return pinch(before, place, other);
    }
    const now = gesture.current;
    const at = viewport.toBoard(place);
    if (held.tool === 'pointer' && mayDraw && !now && event.pointerType === 'mouse') {
      gesture.current = { kind: 'point', sentAt: 0 };
      return;
    }
    switch (now?.kind) {
      case 'line': {
        const events = event.nativeEvent.getCoalescedEvents?.() ?? [];
        const box = event.currentTarget.getBoundingClientRect();
        const points = (events.length > 0 ? events : [event.nativeEvent]).map((each) => ({
          ...viewport.toBoard({ x: each.clientX - box.x, y: each.clientY - box.y }),
          pressure: each.pressure,
        }));
        now.line.add(points, event.timeStamp);
        return setDraft({ id: now.line.id, shape: now.line.shape });
      }
      case 'box': {
        const shape = boxShape(now.from, at);
        return shape ? setDraft({ id: null, shape }) : undefined;
      }
      case 'pan':
        viewport.pan(place.x - now.last.x, place.y - now.last.y);
        now.last = place;
        return;
      case 'move':
        if (!now.moved && Math.hypot(at.x - now.from.x, at.y - now.from.y) * viewport.view.scale < 4) return;
        if (event.timeStamp - now.sentAt < DRAG_EVERY_MS) return;
        now.sentAt = event.timeStamp;
        return move(now, at);
      case 'erase':
        return eraseAt(event);
      case 'point':
        if (event.timeStamp - now.sentAt < POINTER_EVERY_MS) return;
        now.sentAt = event.timeStamp;
        return point(at);
    }
  };

  const onPointerUp = (event: PointerEvent<SVGSVGElement>) => {
    touches.current.delete(event.pointerId);
    const now = gesture.current;
    gesture.current = null;
    const at = viewport.toBoard(placeOf(event));
    if (now?.kind === 'line') now.line.end();
    if (now?.kind === 'move' && now.moved) move(now, at);
    if (now?.kind === 'box') {
      const shape = boxShape(now.from, at);
      const large = Math.hypot(at.x - now.from.x, at.y - now.from.y) * viewport.view.scale > 4;
      if (shape && large) {
        const id = newElementId();
        draw({ do: 'put', id, shape });
        return setDraft({ id, shape });
      }
      setDraft(null);
    }
    if (now?.kind === 'point' && event.pointerType !== 'mouse') draw({ do: 'point', at: null });
  };

  const onPointerLeave = () => {
    if (gesture.current?.kind !== 'point') return;
    gesture.current = null;
    draw({ do: 'point', at: null });
  };

  /** Puts the tool's element at a place of the board. */
  const put = (at: Place): void => {
    if (held.tool === 'text' || held.tool === 'note') return write(at);
    const shape = boxShape({ x: at.x - 80, y: at.y - 50 }, { x: at.x + 80, y: at.y + 50 });
    if (shape) draw({ do: 'put', id: newElementId(), shape });
  };

  return { draft, onPointerDown, onPointerMove, onPointerUp, onPointerCancel: cancel, onPointerLeave, put };

  function cancel(): void {
    if (gesture.current?.kind === 'line') gesture.current.line.end();
    gesture.current = null;
    setDraft(null);
  }

  function pinch(before: Place, now: Place, other: Place): void {
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    const was = { x: (before.x + other.x) / 2, y: (before.y + other.y) / 2 };
    viewport.pan(middle.x - was.x, middle.y - was.y);
    const spread = Math.hypot(before.x - other.x, before.y - other.y);
    if (spread > 0) viewport.zoom(Math.hypot(now.x - other.x, now.y - other.y) / spread, middle);
  }

  function grab(event: PointerEvent, at: Place, ref: string | null): void {
    if (ref === null) {
      parts.onSelect(new Set());
      gesture.current = { kind: 'pan', last: placeOf(event) };
      return;
    }
    const next = event.shiftKey
      ? new Set(selected.has(ref) ? [...selected].filter((each) => each !== ref) : [...selected, ref])
      : selected.has(ref)
        ? selected
        : new Set([ref]);
    parts.onSelect(next);
    if (!mayDraw) return;
    const movable = elements.filter((element) => next.has(element.ref) && element.mayChange);
    const shapes = new Map(
      movable.map((element) => [element.ref, { x: element.shape.x, y: element.shape.y }]),
    );
    if (shapes.size > 0) gesture.current = { kind: 'move', from: at, shapes, moved: false, sentAt: 0 };
  }

  function move(now: Gesture & { kind: 'move' }, at: Place): void {
    let first = !now.moved;
    now.moved = true;
    for (const [ref, { x, y }] of now.shapes) {
      draw({ do: 'change', ref, change: { x: x + at.x - now.from.x, y: y + at.y - now.from.y }, first });
      first = false;
    }
  }

  function eraseAt(event: PointerEvent): void {
    const ref = refAt(document.elementFromPoint(event.clientX, event.clientY));
    const element = elements.find((each) => each.ref === ref);
    if (element && (element.mine || parts.mayModerate)) draw({ do: 'remove', refs: [element.ref] });
  }

  function point(at: Place): void {
    draw({ do: 'point', at: { on: 'board', ...at } });
  }

  function write(at: Place): void {
    const common = { on: 'board', ...at, z: height(), ink: held.ink, text: '' } as const;
    if (held.tool === 'note')
      parts.onWrite({ kind: 'note', ...common, width: NOTE_SIDE, height: NOTE_SIDE }, null);
    else parts.onWrite({ kind: 'text', ...common, size: TEXT_SIZE }, null);
  }
}

/** The element that was hit. */
function refAt(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest('[data-ref]')?.getAttribute('data-ref') ?? null) : null;
}
