import { toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { isDrawingOf } from '../../e2ee/boardContent.ts';
import { sodium } from '../../e2ee/sodium.ts';
import { byHeight } from '../boardView.ts';
import { Drawing } from './drawing.ts';
import type { Shape } from './element.ts';

/** A drawing and whose it is. */
export interface Owned {
  readonly author: DeviceKey;
  readonly drawing: Drawing;
  /** Who told of it, where its author did not: that word counts only as long as the others' boards are the same. */
  readonly teller: DeviceKey | null;
}

/** One element among all. */
export interface Placed {
  readonly ref: string;
  readonly author: DeviceKey;
  readonly teller: DeviceKey | null;
  readonly shape: Shape;
}

/** All drawings of one meeting as the stream brought them, and what was erased of them. */
export class Canvas {
  readonly #drawings = new Map<string, Owned>();
  /** Taken away before this device's eyes, and before it came, as somebody told it. */
  readonly #erased = new Set<string>();
  readonly #toldErased = new Set<string>();

  get drawings(): ReadonlyMap<string, Owned> {
    return this.#drawings;
  }

  get erased(): string[] {
    return [...this.#erased, ...this.#toldErased];
  }

  /**
   * A drawing of an author, for what that author itself says; begun where there is none. Null where the name is
   * not this author's to use and where the board holds no more.
   */
  ownedBy(author: DeviceKey, name: string): Drawing | null {
    if (!isDrawingOf(author, name)) return null;
    const known = this.#drawings.get(name);
    // Its author is here after all: what somebody else told of it has served.
    if (known?.author === author && known.teller === null) return known.drawing;
    return this.#begin(author, name, null);
  }

  /** What somebody told of a drawing whose author did not; it replaces what was told before. */
  told(author: DeviceKey, name: string, teller: DeviceKey, state: Uint8Array): void {
    const known = this.#drawings.get(name);
    if (!isDrawingOf(author, name) || (known && known.teller === null)) return;
    this.#begin(author, name, teller)?.apply(state);
  }

  /** What was erased before this device came, as somebody told it. */
  toldErased(refs: readonly string[]): void {
    for (const ref of refs) this.#strike(this.#toldErased, ref);
  }

  /** Forgets everything that others told of others. */
  forgetTold(): void {
    for (const [name, { teller, drawing }] of this.#drawings) {
      if (teller !== null) this.#drawings.delete(name);
      else drawing.forgetDigest();
    }
    this.#toldErased.clear();
  }

  /** A drawing of this device, kept elsewhere. */
  adopt(author: DeviceKey, name: string, drawing: Drawing): void {
    this.#drawings.set(name, { author, drawing, teller: null });
  }

  /** Takes elements away: all of them where `anybodys`, otherwise those that are `by`'s own. */
  erase(refs: readonly string[], by: DeviceKey, anybodys: boolean): void {
    for (const ref of refs) {
      if (anybodys || isDrawingOf(by, drawingOf(ref))) this.#strike(this.#erased, ref);
    }
  }

  /** What is to be seen, the lowest first. */
  elements(): Placed[] {
    const placed: Placed[] = [];
    for (const [name, { author, drawing, teller }] of this.#drawings) {
      for (const [id, shape] of drawing.shapes) {
        const ref = refOf(name, id);
        if (!this.isErased(ref)) placed.push({ ref, author, teller, shape });
      }
    }
    return placed.sort(byHeight);
  }

  /** The same for members who see the same; null while there is nothing. BLAKE2b-128, base64url. */
  digest(): string | null {
    const parts: string[] = [];
    for (const [name, { author, drawing }] of this.#drawings) {
      const digest = drawing.digest((id) => this.isErased(refOf(name, id)));
      if (digest) parts.push(`${author} ${name} ${toBase64Url(digest)}`);
    }
    if (parts.length === 0) return null;
    return toBase64Url(sodium().crypto_generichash(16, utf8(parts.sort().join('\n')), null));
  }

  /** Forgets drawings of those who are gone with nothing left in them. */
  tidy(isHere: (author: DeviceKey) => boolean): void {
    for (const [name, { author, drawing }] of this.#drawings) {
      if (isHere(author) || drawing.digest((id) => this.isErased(refOf(name, id)))) continue;
      drawing.destroy();
      this.#drawings.delete(name);
      for (const ref of this.#erased) if (drawingOf(ref) === name) this.#erased.delete(ref);
    }
  }

  clear(): void {
    for (const { drawing } of this.#drawings.values()) drawing.destroy();
    this.#drawings.clear();
    this.#erased.clear();
    this.#toldErased.clear();
  }

  /** Whether somebody who may took it away. */
  isErased(ref: string): boolean {
    return this.#erased.has(ref) || this.#toldErased.has(ref);
  }

  #strike(erased: Set<string>, ref: string): void {
    // Names of elements that never were must not pile up.
    if (erased.size >= limits.boardElements * 20) return;
    erased.add(ref);
    this.#drawings.get(drawingOf(ref))?.drawing.forgetDigest();
  }

  #begin(author: DeviceKey, name: string, teller: DeviceKey | null): Drawing | null {
    if (!this.#drawings.has(name) && this.#drawings.size >= limits.boardDrawings) return null;
    const drawing = new Drawing();
    this.#drawings.set(name, { author, drawing, teller });
    return drawing;
  }
}

/** Names an element among those of all drawings. */
export function refOf(drawing: string, id: string): string {
  return `${drawing}.${id}`;
}

/** The drawing that an element named by `refOf` is in. */
export function drawingOf(ref: string): string {
  return ref.slice(0, ref.indexOf('.'));
}

/** The element named by `refOf` within its drawing. */
export function idOf(ref: string): string {
  return ref.slice(ref.indexOf('.') + 1);
}
