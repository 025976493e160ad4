import * as Y from 'yjs';
import { limits } from '../../../shared/limits.ts';
import { ROOT } from './checkUpdate.ts';
import { Drawing } from './drawing.ts';
import { readShape, type Shape, type ShapeChange } from './element.ts';
import { ShapeReader } from './shapeReader.ts';

/** Marks changes made by this person, for undo to know them. */
const OWN = 'own';
/** Room left in a drawing below which nothing new is begun. */
const RESERVE = 0.85;

/**
 * This device's drawing in two copies: `confirmed` as the stream brought it back, which is what counts, and one
 * that is ahead of it by what was just drawn. What the others refuse is taken back here as well.
 */
export class OwnDrawing {
  #confirmed = new Drawing();
  #ahead = new Y.Doc();
  #undo: Y.UndoManager;
  #elements: Y.Map<unknown>;
  #reader: ShapeReader;
  #unsent: Uint8Array[] = [];
  /** Since the size was last measured. */
  #bytes = 0;
  readonly #onUnsent: () => void;

  /** `onUnsent` is called when there is something for `takeUnsent`. */
  constructor(onUnsent: () => void) {
    this.#onUnsent = onUnsent;
    ({ elements: this.#elements, undo: this.#undo, reader: this.#reader } = this.#watch());
  }

  get confirmed(): Drawing {
    return this.#confirmed;
  }

  get canUndo(): boolean {
    return this.#undo.canUndo();
  }

  get canRedo(): boolean {
    return this.#undo.canRedo();
  }

  /** As it looks here, by id. */
  get shapes(): ReadonlyMap<string, Shape> {
    return this.#reader.shapes;
  }

  /** No room for anything new. */
  get full(): boolean {
    if (this.#elements.size >= limits.boardElements * RESERVE) return true;
    // Computing the exact size at each stroke would cost more than it tells.
    return this.#bytes > limits.boardDrawingBytes && this.#measure() > limits.boardDrawingBytes * RESERVE;
  }

  /** Adds an element; a step of its own for undo. False where it is none or there is no room. */
  put(id: string, shape: Shape): boolean {
    const parsed = readShape(id, shape);
    if (!parsed || this.full || this.#elements.has(id)) return false;
    this.#undo.stopCapturing();
    this.#change(() => {
      const map = new Y.Map<unknown>();
      for (const [key, value] of Object.entries(parsed)) {
        map.set(key, Array.isArray(value) ? Y.Array.from(value) : value);
      }
      this.#elements.set(id, map);
    });
    return true;
  }

  /** Continues a line, within the same step. False once it can hold no more. */
  extend(id: string, points: readonly number[]): boolean {
    const list = this.#mapOf(id)?.get('points');
    if (!(list instanceof Y.Array) || list.length + points.length > limits.boardLineNumbers) return false;
    if (points.length % 3 !== 0 || points.some((number) => !Number.isInteger(number))) return false;
    this.#change(() => list.push([...points]));
    return true;
  }

  /** Changes an element; `first` begins a step for undo, which all changes until the next one belong to. */
  change(id: string, change: ShapeChange, first: boolean): boolean {
    const map = this.#mapOf(id);
    const before = this.shapes.get(id);
    if (!map || !before) return false;
    const known = Object.entries(change).filter(([key]) => key in before);
    if (!readShape(id, { ...before, ...Object.fromEntries(known) })) return false;
    if (first) this.#undo.stopCapturing();
    this.#change(() => {
      for (const [key, value] of known) if (map.get(key) !== value) map.set(key, value);
    });
    return true;
  }

  remove(ids: readonly string[]): void {
    const known = ids.filter((id) => this.#elements.has(id));
    if (known.length === 0) return;
    this.#undo.stopCapturing();
    this.#change(() => {
      for (const id of known) this.#elements.delete(id);
    });
  }

  /** Takes out, without a step for undo, what somebody else erased or what has no place any more. */
  drop(ids: readonly string[]): void {
    const known = ids.filter((id) => this.#elements.has(id));
    if (known.length === 0) return;
    this.#ahead.transact(() => {
      for (const id of known) this.#elements.delete(id);
    });
  }

  undo(): void {
    this.#undo.undo();
  }

  redo(): void {
    this.#undo.redo();
  }

  /** Changes since the last call, each small enough to be sent. */
  takeUnsent(): Uint8Array[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    if (unsent.length < 2) return unsent;
    const merged = Y.mergeUpdates(unsent);
    return merged.length <= limits.boardUpdateBytes ? [merged] : unsent;
  }

  /** The stream brought one of them back, and the rules let it count. */
  confirm(update: Uint8Array): void {
    if (!this.#confirmed.apply(update)) this.refuse();
  }

  /**
   * The rules did not let one of them count: everything since is gone, for it would have built upon that. Undo
   * begins anew.
   */
  refuse(): void {
    this.#undo.destroy();
    this.#ahead.destroy();
    this.#unsent = [];
    this.#ahead = new Y.Doc();
    if (!this.#confirmed.broken) Y.applyUpdate(this.#ahead, this.#confirmed.state());
    ({ elements: this.#elements, undo: this.#undo, reader: this.#reader } = this.#watch());
  }

  /** What was sent and did not arrive, all of it; null where that is too much for one message. */
  unconfirmed(): Uint8Array | null {
    this.#unsent = [];
    const rest = Y.encodeStateAsUpdate(this.#ahead, this.#confirmed.version());
    return rest.length <= limits.boardUpdateBytes ? rest : null;
  }

  destroy(): void {
    this.#undo.destroy();
    this.#ahead.destroy();
    this.#confirmed.destroy();
  }

  #mapOf(id: string): Y.Map<unknown> | null {
    const value = this.#elements.get(id);
    return value instanceof Y.Map ? value : null;
  }

  #measure(): number {
    this.#bytes = Y.encodeStateAsUpdate(this.#ahead).length;
    return this.#bytes;
  }

  #watch() {
    const elements = this.#ahead.getMap<unknown>(ROOT);
    // One step is what `stopCapturing` ends, however long it takes.
    const undo = new Y.UndoManager(elements, {
      trackedOrigins: new Set([OWN]),
      captureTimeout: Number.MAX_SAFE_INTEGER,
    });
    this.#ahead.on('update', (update: Uint8Array) => {
      this.#unsent.push(update);
      this.#bytes += update.length;
      this.#onUnsent();
    });
    // What changed is told by `onUnsent`.
    return { elements, undo, reader: new ShapeReader(elements, () => undefined) };
  }

  #change(work: () => void): void {
    this.#ahead.transact(work, OWN);
  }
}
