import type { BlobId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { BoardPicture } from '../boardView.ts';
import type { Attachments } from '../core/attachments.ts';
import type { Shape } from './element.ts';

/** Pictures that a page holds of one board. */
const MOST = 60;

/** Pictures of the images on the board: fetched when they appear, one after another, and verified. */
export class BoardImages {
  readonly #files: Attachments;
  readonly #changed: () => void;
  #pictures: readonly BoardPicture[] = [];
  #queue: (Shape & { kind: 'image' })[] = [];
  #asked = new Set<BlobId>();
  #busy = false;

  constructor(files: Attachments, changed: () => void) {
    this.#files = files;
    this.#changed = changed;
  }

  get pictures(): readonly BoardPicture[] {
    return this.#pictures;
  }

  /** Looks for images whose pictures are not here yet. */
  want(shapes: Iterable<Shape>): void {
    for (const shape of shapes) {
      if (shape.kind !== 'image' || this.#asked.has(shape.file.blob) || this.#asked.size >= MOST) continue;
      this.#asked.add(shape.file.blob);
      this.#queue.push(shape);
    }
    void this.#next();
  }

  clear(): void {
    this.#pictures = [];
    this.#queue = [];
    this.#asked = new Set();
  }

  async #next(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let shape = this.#queue.shift(); shape; shape = this.#queue.shift()) {
      const { blob, mime } = shape.file;
      const asked = this.#asked;
      const bytes = await this.#files.load(shape.file, limits.boardImageBytes).catch(() => null);
      // The meeting is another by now.
      if (asked !== this.#asked) continue;
      this.#pictures = [...this.#pictures, { blob, type: mime, bytes }];
      this.#changed();
    }
    this.#busy = false;
  }
}
