import modelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url';
import { type Network, openNetwork } from './segmentation/network.ts';

type Picture = CanvasImageSource;

/** Weight of the newest mask: edges that change from picture to picture would flicker. */
const newest = 0.7;
/** Between these a pixel is partly the person. */
const low = 0.25;
const high = 0.75;

/** Fetches the network that finds people in pictures; from this server, 250 kB. Rejects when it cannot be had. */
export async function loadPersonNetwork(): Promise<Network> {
  const response = await fetch(modelUrl);
  if (!response.ok) throw new Error('the model could not be fetched');
  return openNetwork(await response.arrayBuffer());
}

/** Finds the person in pictures: a canvas that is opaque where they are. */
export class PersonMask {
  readonly canvas: OffscreenCanvas;
  readonly #network: Network;
  readonly #look: OffscreenCanvasRenderingContext2D;
  readonly #brush: OffscreenCanvasRenderingContext2D;
  readonly #pixels: ImageData;
  readonly #mask: Float32Array<ArrayBuffer>;
  #fresh = true;

  /** @throws Error where the browser cannot draw */
  constructor(network: Network) {
    const { width, height } = network.input;
    this.#network = network;
    this.canvas = new OffscreenCanvas(width, height);
    const look = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    const brush = this.canvas.getContext('2d');
    if (look === null || brush === null) throw new Error('this browser cannot draw');
    this.#look = look;
    this.#brush = brush;
    this.#pixels = new ImageData(width, height);
    this.#mask = new Float32Array(width * height);
  }

  /** Looks at a picture; the canvas shows its mask afterwards. */
  update(picture: Picture): void {
    const { width, height, data: input } = this.#network.input;
    this.#look.drawImage(picture, 0, 0, width, height);
    const { data: seen } = this.#look.getImageData(0, 0, width, height);
    for (let at = 0, from = 0; at < input.length; from += 4) {
      input[at++] = (seen[from] as number) / 255;
      input[at++] = (seen[from + 1] as number) / 255;
      input[at++] = (seen[from + 2] as number) / 255;
    }
    this.#network.run();
    const found = this.#network.output.data;
    const weight = this.#fresh ? 1 : newest;
    this.#fresh = false;
    const { data: alpha } = this.#pixels;
    for (let at = 0; at < this.#mask.length; at++) {
      const before = this.#mask[at] as number;
      const now = before + ((found[at] as number) - before) * weight;
      this.#mask[at] = now;
      const step = Math.min(1, Math.max(0, (now - low) / (high - low)));
      alpha[at * 4 + 3] = 255 * step * step * (3 - 2 * step);
    }
    this.#brush.putImageData(this.#pixels, 0, 0);
  }
}
