import { toBase64Url } from '../../../shared/bytes.ts';
import { limits } from '../../../shared/limits.ts';
import type { Preview } from '../../e2ee/content.ts';

/** Images that browsers draw; SVG is a document and gets no picture. */
const DRAWN = /^image\/(png|jpeg|webp|gif|avif|bmp)$/;
/** A picture of a file larger than this would cost more memory than it is worth. */
const DRAWN_BYTES = 40 * 1024 ** 2;
const WIDTHS = [480, 360, 240, 160];

/**
 * A small picture of an image, drawn anew: what else the file says (place, time, camera) is not in it.
 * Null for what is no image and for what cannot be drawn small enough.
 */
export async function makePreview(file: Blob): Promise<Preview | null> {
  if (!DRAWN.test(file.type) || file.size > DRAWN_BYTES) return null;
  const image = await createImageBitmap(file);
  try {
    for (const longest of WIDTHS) {
      const scale = Math.min(1, longest / Math.max(image.width, image.height));
      const width = Math.max(1, Math.round(image.width * scale));
      const height = Math.max(1, Math.round(image.height * scale));
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
      const drawn = await canvas.convertToBlob({ type: 'image/webp', quality: 0.7 });
      if (drawn.size > limits.previewBytes) continue;
      const { type } = drawn;
      // Browsers that write no WebP write PNG instead, which stays small only where the image is simple.
      if (type !== 'image/webp' && type !== 'image/jpeg') {
        const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.7 });
        if (jpeg.size > limits.previewBytes) continue;
        return { type: 'image/jpeg', width, height, data: await encode(jpeg) };
      }
      return { type, width, height, data: await encode(drawn) };
    }
    return null;
  } finally {
    image.close();
  }
}

async function encode(blob: Blob): Promise<string> {
  return toBase64Url(new Uint8Array(await blob.arrayBuffer()));
}
