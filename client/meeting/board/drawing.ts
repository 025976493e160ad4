import * as Y from 'yjs';
import { utf8 } from '../../../shared/bytes.ts';
import { limits } from '../../../shared/limits.ts';
import { sodium } from '../../e2ee/sodium.ts';
import { isPlainUpdate, ROOT } from './checkUpdate.ts';
import type { Shape } from './element.ts';
import { ShapeReader } from './shapeReader.ts';

const MOST_STRUCTS = 20_000;
/** A member's page starts a new one only when the rules refused what it drew. */
const MOST_WRITERS = 64;

/**
 * What one member draws during one stay: a Yjs document of its own, to which nobody's updates are applied but
 * that member's. So no update can touch what is another's, and whose history is written under which of Yjs'
 * client ids does not matter: the document has one owner, and MLS proves it.
 */
export class Drawing {
  readonly #doc = new Y.Doc();
  readonly #reader: ShapeReader;
  #bytes = 0;
  #broken = false;
  #digest: Uint8Array | null = null;

  constructor() {
    this.#reader = new ShapeReader(this.#doc.getMap(ROOT), () => this.forgetDigest());
  }

  /** Its elements by id; what is no element is left out. */
  get shapes(): ReadonlyMap<string, Shape> {
    return this.#reader.shapes;
  }

  /** It went over its bounds or against its form: it is empty from then on. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Applies what its owner sent. Whether it was taken. */
  apply(update: Uint8Array): boolean {
    if (this.#broken || !isPlainUpdate(update)) return false;
    try {
      Y.applyUpdate(this.#doc, update);
    } catch {
      // Halfway through nothing is certain any more.
      this.#break();
      return false;
    }
    this.#bytes += update.length;
    if (!this.#withinBounds()) this.#break();
    return !this.#broken;
  }

  /** All of it as one update. */
  state(): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc);
  }

  /** What it has seen, for the rest to be computed from. */
  version(): Uint8Array {
    return Y.encodeStateVector(this.#doc);
  }

  /** BLAKE2b-256 over its elements but those `without` names, whatever history led to them; null where there are none. */
  digest(without: (id: string) => boolean): Uint8Array | null {
    const ids = [...this.shapes.keys()].filter((id) => !without(id)).sort();
    if (ids.length === 0) return null;
    // The schema gives every shape its keys in one order.
    this.#digest ??= hash(ids.map((id) => [id, this.shapes.get(id)]));
    return this.#digest;
  }

  /** What `digest` is to leave out has changed. */
  forgetDigest(): void {
    this.#digest = null;
  }

  destroy(): void {
    this.#doc.destroy();
    this.#reader.clear();
  }

  #withinBounds(): boolean {
    const { store } = this.#doc;
    let structs = 0;
    for (const list of store.clients.values()) structs += list.length;
    if (structs > MOST_STRUCTS || store.clients.size > MOST_WRITERS) return false;
    if (this.shapes.size > limits.boardElements) return false;
    // What waits for something before it, in a newcomer's copy until it is told the rest.
    if ((store.pendingStructs?.update.length ?? 0) > limits.boardDrawingBytes) return false;
    if (this.#bytes <= limits.boardDrawingBytes) return true;
    this.#bytes = this.state().length;
    return this.#bytes <= limits.boardDrawingBytes;
  }

  #break(): void {
    this.#broken = true;
    this.#digest = null;
    this.destroy();
  }
}

function hash(value: unknown): Uint8Array {
  return sodium().crypto_generichash(32, utf8(JSON.stringify(value)), null);
}
