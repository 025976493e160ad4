import { meanLuma, nextBrightness } from './brightness.ts';

export type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** How often the light is looked at, in pictures. */
const lookEvery = 10;
const sample = { width: 32, height: 18 } as const;

/** Finds how much brighter a dark picture should be drawn. */
export class Brightener {
  readonly #look: OffscreenCanvasRenderingContext2D;
  #factor = 1;
  #count = 0;

  /** @throws Error where the browser cannot draw */
  constructor() {
    const look = new OffscreenCanvas(sample.width, sample.height).getContext('2d', {
      willReadFrequently: true,
    });
    if (look === null) throw new Error('this browser cannot draw');
    this.#look = look;
  }

  /** The filter to draw this picture with. */
  filterFor(picture: CanvasImageSource): string {
    if (this.#count++ % lookEvery === 0) {
      this.#look.drawImage(picture, 0, 0, sample.width, sample.height);
      const { data } = this.#look.getImageData(0, 0, sample.width, sample.height);
      this.#factor = nextBrightness(meanLuma(data), this.#factor);
    }
    return this.#factor > 1.02 ? `brightness(${this.#factor.toFixed(2)})` : 'none';
  }
}
