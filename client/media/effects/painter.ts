import { Backdrop } from './backdrop.ts';
import type { Background } from './background.ts';
import { Brightener, type Brush } from './brightener.ts';
import { loadPersonNetwork, PersonMask } from './person.ts';

/** What is to be done to pictures. */
export interface PictureSettings {
  readonly background: Background;
  readonly brighten: boolean;
}

/** Finding the person may take this share of the time; between, the mask before is used. */
const maskShare = 0.35;
const longestMaskMs = 400;

/** Draws pictures with their effects. Works in a page and in a worker. */
export class Painter {
  readonly #canvas: HTMLCanvasElement | OffscreenCanvas;
  readonly #brush: Brush;
  readonly #brightener: Brightener | null;
  readonly #person: { readonly mask: PersonMask; readonly backdrop: Backdrop } | null;
  #maskCostMs = 0;
  #maskAt = Number.NEGATIVE_INFINITY;

  /** Fetches what the settings need. Rejects where that or the browser fails. */
  static async open(
    canvas: HTMLCanvasElement | OffscreenCanvas,
    settings: PictureSettings,
  ): Promise<Painter> {
    const { background, brighten } = settings;
    const person =
      background.kind === 'none'
        ? null
        : { mask: new PersonMask(await loadPersonNetwork()), backdrop: await Backdrop.open(background) };
    return new Painter(canvas, brighten ? new Brightener() : null, person);
  }

  private constructor(
    canvas: HTMLCanvasElement | OffscreenCanvas,
    brightener: Brightener | null,
    person: { readonly mask: PersonMask; readonly backdrop: Backdrop } | null,
  ) {
    // One call for both kinds of canvas.
    const brush = canvas instanceof OffscreenCanvas ? canvas.getContext('2d') : canvas.getContext('2d');
    if (brush === null) throw new Error('this browser cannot draw');
    this.#canvas = canvas;
    this.#brush = brush;
    this.#brightener = brightener;
    this.#person = person;
  }

  /** Draws one picture; `now` in ms. The background of the room itself is never drawn where one is chosen. */
  draw(picture: CanvasImageSource, width: number, height: number, now: number): void {
    const brush = this.#brush;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const filter = this.#brightener?.filterFor(picture) ?? 'none';
    if (this.#person === null) {
      brush.filter = filter;
      brush.drawImage(picture, 0, 0, width, height);
      brush.filter = 'none';
      return;
    }
    const { mask, backdrop } = this.#person;
    this.#lookForPerson(mask, picture, now);
    brush.clearRect(0, 0, width, height);
    brush.drawImage(mask.canvas, 0, 0, width, height);
    brush.globalCompositeOperation = 'source-in';
    brush.filter = filter;
    brush.drawImage(picture, 0, 0, width, height);
    brush.filter = 'none';
    backdrop.draw(brush, picture, width, height);
  }

  #lookForPerson(mask: PersonMask, picture: CanvasImageSource, now: number): void {
    if (now - this.#maskAt < Math.min(longestMaskMs, this.#maskCostMs / maskShare)) return;
    const began = performance.now();
    mask.update(picture);
    this.#maskCostMs = performance.now() - began;
    this.#maskAt = now;
  }
}
