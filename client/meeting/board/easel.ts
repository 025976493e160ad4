import type { DeviceKey } from '../../../shared/ids.ts';
import type { PointerMessage, Surface } from '../../e2ee/boardContent.ts';
import { type BoardElementView, byHeight, type PointerView } from '../boardView.ts';
import type { CoreContext } from '../core/context.ts';
import type { BoardParts } from './board.ts';
import { type Canvas, drawingOf, type Placed, refOf } from './canvas.ts';
import type { BoardImages } from './images.ts';
import type { OwnDrawing } from './ownDrawing.ts';

/** The page is told this often at most, in milliseconds. */
const PAINT_MS = 40;
/** A pointer that is not heard of any more goes. */
const POINTER_MS = 4_000;

/** What there is to show. */
export interface EaselSource {
  readonly canvas: Canvas;
  readonly own: () => OwnDrawing;
  /** Of one's own drawing. */
  readonly name: () => string;
  readonly rounds: ReadonlyMap<DeviceKey, string>;
  readonly differs: () => readonly DeviceKey[];
  readonly images: BoardImages;
}

/** Shows the board on the page. */
export class Easel {
  readonly #context: CoreContext;
  readonly #parts: BoardParts;
  readonly #source: EaselSource;
  readonly #pointers = new Map<DeviceKey, NonNullable<PointerMessage['at']> & { readonly until: number }>();
  #shown = new Map<string, BoardElementView>();
  #cancelPaint: (() => void) | null = null;
  #cancelPointers: (() => void) | null = null;

  constructor(context: CoreContext, parts: BoardParts, source: EaselSource) {
    this.#context = context;
    this.#parts = parts;
    this.#source = source;
  }

  /** Shows what has changed, in a moment. */
  paint(): void {
    this.#cancelPaint ??= this.#context.clock.after(PAINT_MS, () => {
      this.#cancelPaint = null;
      this.#paint();
    });
  }

  point(device: DeviceKey, at: PointerMessage['at']): void {
    const until = this.#context.clock.now() + POINTER_MS;
    if (at) this.#pointers.set(device, { ...at, until });
    else this.#pointers.delete(device);
    this.paint();
    if (at) this.#cancelPointers ??= this.#context.clock.after(POINTER_MS, () => this.#forgetPointers());
  }

  /** Whether something can be drawn on a surface now. */
  isThere(on: Surface): boolean {
    if (on === 'board') return true;
    const [, device, round] = on.split(':');
    // A surface names a device as it names itself; whoever is not in the map shares nothing.
    return this.#source.rounds.get(device as DeviceKey) === round;
  }

  /** Everything on the board itself that this person may take away. */
  onBoard(): string[] {
    const { key } = this.#context.identity;
    const all = this.#parts.may(key, 'moderate');
    return this.#elements()
      .filter(({ shape, author }) => shape.on === 'board' && (all || author === key))
      .map(({ ref }) => ref);
  }

  /** How high the highest element lies. */
  top(): number {
    return this.#elements().at(-1)?.shape.z ?? 0;
  }

  /** Idempotent. */
  stop(): void {
    this.#cancelPaint?.();
    this.#cancelPointers?.();
    this.#cancelPaint = this.#cancelPointers = null;
    this.#pointers.clear();
  }

  /** One's own as they look here already, the others' as the stream brought them. */
  #elements(): Placed[] {
    const { canvas, own, name } = this.#source;
    const { key } = this.#context.identity;
    const others = canvas.elements().filter(({ ref }) => drawingOf(ref) !== name());
    const mine = [...own().shapes].flatMap(([id, shape]): Placed[] => {
      const ref = refOf(name(), id);
      return canvas.isErased(ref) ? [] : [{ ref, author: key, teller: null, shape }];
    });
    return [...others, ...mine].sort(byHeight);
  }

  #paint(): void {
    const { store, clock } = this.#context;
    const { own, rounds, differs, images } = this.#source;
    // Without a host nobody is heard: what comes is kept, and shown once a host is back.
    if (this.#parts.frozen()) return;
    const elements = this.#elements()
      .filter(({ author, shape }) => this.isThere(shape.on) && !this.#parts.heldBack(author))
      .map((placed) => this.#viewOf(placed));
    this.#shown = new Map(elements.map((element) => [element.ref, element]));
    const before = store.state.boardElements;
    const same =
      elements.length === before.length && elements.every((element, index) => element === before[index]);
    const now = clock.now();
    images.want(elements.map(({ shape }) => shape));
    store.set({
      boardPictures: images.pictures,
      ...(same ? {} : { boardElements: elements }),
      board: {
        pointers: [...this.#pointers]
          .filter(
            ([device, { until, on }]) => until > now && this.isThere(on) && !this.#parts.heldBack(device),
          )
          .map(
            ([device, { on, x, y }]): PointerView => ({ device, name: this.#parts.nameOf(device), on, x, y }),
          ),
        screens: [...rounds].map(([device, round]) => ({ device, on: `screen:${device}:${round}` })),
        canUndo: own().canUndo,
        canRedo: own().canRedo,
        full: own().full,
        differs: differs(),
      },
    });
  }

  #viewOf({ ref, author, teller, shape }: Placed): BoardElementView {
    const shown = this.#shown.get(ref);
    const by = this.#parts.nameOf(author);
    const toldBy = teller && this.#parts.nameOf(teller);
    if (shown?.shape === shape && shown.by === by && shown.toldBy === toldBy) return shown;
    const mine = author === this.#context.identity.key;
    return { ref, author, by, mine, mayChange: drawingOf(ref) === this.#source.name(), toldBy, shape };
  }

  #forgetPointers(): void {
    this.#cancelPointers = null;
    const now = this.#context.clock.now();
    for (const [device, { until }] of this.#pointers) if (until <= now) this.#pointers.delete(device);
    if (this.#pointers.size > 0)
      this.#cancelPointers = this.#context.clock.after(POINTER_MS, () => this.#forgetPointers());
    this.paint();
  }
}
