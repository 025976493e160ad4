import type { BoardWish, Ink, Shape, Surface } from '../../meeting/boardView.ts';

/** How often the points of a line are handed on while it is drawn, in milliseconds. */
const EVERY_MS = 60;
/** Numbers in one line; a longer one goes on as another. */
const MOST = 5_700;

interface Point {
  readonly x: number;
  readonly y: number;
  /** From 0 to 1. */
  readonly pressure: number;
}

export interface LineStyle {
  readonly kind: 'pen' | 'marker';
  readonly on: Surface;
  readonly ink: Ink;
  readonly thickness: number;
  readonly z: number;
}

/** Names an element of one's own. */
export function newElementId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return [...bytes].map((byte) => letters[byte % 64]).join('');
}

/** One line under the hand: shown at once, and handed on in batches. */
export class LineSender {
  readonly #style: LineStyle;
  readonly #draw: (wish: BoardWish) => void;
  /** The smallest step worth a point, in units of the surface. */
  readonly #step: number;
  #id = newElementId();
  #origin: Point;
  #points: number[] = [];
  #sent = 0;
  #sentAt = 0;

  constructor(style: LineStyle, start: Point, step: number, draw: (wish: BoardWish) => void) {
    this.#style = style;
    this.#draw = draw;
    this.#step = step;
    this.#origin = start;
    this.#begin(start);
  }

  get id(): string {
    return this.#id;
  }

  /** As it is so far. */
  get shape(): Shape {
    const { x, y } = this.#origin;
    return { ...this.#style, x, y, points: [...this.#points] };
  }

  add(points: readonly Point[], now: number): void {
    for (const point of points) {
      const [x = 0, y = 0] = this.#points.slice(-3);
      const { x: left, y: top } = this.#origin;
      if (Math.hypot(point.x - left - x, point.y - top - y) < this.#step) continue;
      this.#points.push(point.x - left, point.y - top, Math.round(point.pressure * 100));
      if (this.#points.length < MOST) continue;
      this.end();
      this.#id = newElementId();
      this.#begin(point);
    }
    if (now - this.#sentAt < EVERY_MS) return;
    this.#sentAt = now;
    this.end();
  }

  /** Hands on what is left. */
  end(): void {
    if (this.#sent === this.#points.length) return;
    this.#draw({ do: 'extend', id: this.#id, points: this.#points.slice(this.#sent) });
    this.#sent = this.#points.length;
  }

  #begin(start: Point): void {
    this.#origin = start;
    this.#points = [0, 0, Math.round(start.pressure * 100)];
    this.#sent = this.#points.length;
    this.#draw({ do: 'put', id: this.#id, shape: this.shape });
  }
}
