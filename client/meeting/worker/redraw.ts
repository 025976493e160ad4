/** Images that browsers draw; SVG is a document and gets no picture. */
const DRAWN = /^image\/(png|jpeg|webp|gif|avif|bmp)$/;
/** A picture of a file larger than this would cost more memory than it is worth. */
const DRAWN_BYTES = 40 * 1024 ** 2;

/** An image drawn anew in one size, in pixels. */
export interface Redrawn {
  readonly canvas: OffscreenCanvas;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws an image anew, its longest side in each of `sides` (pixels) in turn until `take` has a result: what else the
 * file says (place, time, camera) is not in it. Null for what is no image, and where `take` never had one. Throws
 * DOMException for an image that cannot be decoded.
 */
export async function redraw<Result>(
  file: Blob,
  sides: readonly number[],
  take: (drawn: Redrawn) => Promise<Result | null>,
): Promise<Result | null> {
  if (!DRAWN.test(file.type) || file.size > DRAWN_BYTES) return null;
  const image = await createImageBitmap(file);
  try {
    for (const side of sides) {
      const scale = Math.min(1, side / Math.max(image.width, image.height));
      const width = Math.max(1, Math.round(image.width * scale));
      const height = Math.max(1, Math.round(image.height * scale));
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
      const result = await take({ canvas, width, height });
      if (result !== null) return result;
    }
    return null;
  } finally {
    image.close();
  }
}
