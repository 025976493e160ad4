import { meanLuma, nextBrightness } from './brightness.ts';

/** How often the light is looked at, in frames. */
const lookEvery = 10;
const sample = { width: 32, height: 18 } as const;

type Picture = CanvasImageSource & { readonly width?: unknown };

/** Draws pictures brighter where they are dark. Works in a page and in a worker. */
export class Brightener {
  readonly #canvas: HTMLCanvasElement | OffscreenCanvas;
  readonly #brush: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  readonly #look: OffscreenCanvasRenderingContext2D;
  #factor = 1;
  #count = 0;

  /** @throws Error where the browser cannot draw */
  constructor(canvas: HTMLCanvasElement | OffscreenCanvas) {
    this.#canvas = canvas;
    // One call for both kinds of canvas; the options are the same.
    const brush = canvas instanceof OffscreenCanvas ? canvas.getContext('2d') : canvas.getContext('2d');
    const look = new OffscreenCanvas(sample.width, sample.height).getContext('2d', {
      willReadFrequently: true,
    });
    if (brush === null || look === null) throw new Error('this browser cannot draw');
    this.#brush = brush;
    this.#look = look;
  }

  draw(picture: Picture, width: number, height: number): void {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    if (this.#count++ % lookEvery === 0) {
      this.#look.drawImage(picture, 0, 0, sample.width, sample.height);
      const { data } = this.#look.getImageData(0, 0, sample.width, sample.height);
      this.#factor = nextBrightness(meanLuma(data), this.#factor);
    }
    this.#brush.filter = this.#factor > 1.02 ? `brightness(${this.#factor.toFixed(2)})` : 'none';
    this.#brush.drawImage(picture, 0, 0, width, height);
  }
}
