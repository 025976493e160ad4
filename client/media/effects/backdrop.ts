import { type Background, sceneColours } from './background.ts';
import type { Brush } from './brightener.ts';

/** How much smaller the picture is blurred than shown: a blur needs no detail, and costs by the pixel. */
const shrink = { light: 6, strong: 14 } as const;
const blurPx = 2;

/** Draws what stands behind the person. */
export class Backdrop {
  readonly #background: Background;
  readonly #picture: ImageBitmap | null;
  readonly #small = new OffscreenCanvas(2, 2);

  /** Rejects when a picture of the person's own cannot be read. */
  static async open(background: Background): Promise<Backdrop> {
    const picture = background.kind === 'picture' ? await createImageBitmap(background.picture) : null;
    return new Backdrop(background, picture);
  }

  private constructor(background: Background, picture: ImageBitmap | null) {
    this.#background = background;
    this.#picture = picture;
  }

  /** Fills what is still transparent of `brush`. `room` is the picture as the camera took it. */
  draw(brush: Brush, room: CanvasImageSource, width: number, height: number): void {
    const background = this.#background;
    brush.globalCompositeOperation = 'destination-over';
    if (background.kind === 'blur') {
      brush.drawImage(this.#blurred(room, width, height, shrink[background.strength]), 0, 0, width, height);
    } else if (background.kind === 'scene') {
      const [top, bottom] = sceneColours[background.scene];
      const gradient = brush.createLinearGradient(0, 0, 0, height);
      gradient.addColorStop(0, top);
      gradient.addColorStop(1, bottom);
      brush.fillStyle = gradient;
      brush.fillRect(0, 0, width, height);
    } else if (this.#picture !== null) {
      // Covers all, and is cut rather than stretched.
      const scale = Math.max(width / this.#picture.width, height / this.#picture.height);
      const [wide, high] = [this.#picture.width * scale, this.#picture.height * scale];
      brush.drawImage(this.#picture, (width - wide) / 2, (height - high) / 2, wide, high);
    }
    brush.globalCompositeOperation = 'source-over';
  }

  #blurred(room: CanvasImageSource, width: number, height: number, part: number): OffscreenCanvas {
    const small = this.#small;
    const [wide, high] = [Math.ceil(width / part), Math.ceil(height / part)];
    if (small.width !== wide) small.width = wide;
    if (small.height !== high) small.height = high;
    const brush = small.getContext('2d');
    if (brush === null) throw new Error('this browser cannot draw');
    brush.filter = `blur(${blurPx}px)`;
    // A little larger, so that the edges do not fade.
    brush.drawImage(room, -2 * blurPx, -2 * blurPx, wide + 4 * blurPx, high + 4 * blurPx);
    return small;
  }
}
