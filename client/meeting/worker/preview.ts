import { toBase64Url } from '../../../shared/bytes.ts';
import { limits } from '../../../shared/limits.ts';
import type { Preview } from '../../e2ee/content.ts';
import { redraw } from './redraw.ts';

const SIDES = [480, 360, 240, 160];

/** A small picture of an image, drawn anew. Null for what is no image or cannot be drawn small enough. */
export function makePreview(file: Blob): Promise<Preview | null> {
  return redraw(file, SIDES, async ({ canvas, width, height }) => {
    const drawn = await canvas.convertToBlob({ type: 'image/webp', quality: 0.7 });
    if (drawn.size > limits.previewBytes) return null;
    const { type } = drawn;
    if (type === 'image/webp' || type === 'image/jpeg')
      return { type, width, height, data: await encode(drawn) };
    // Browsers that write no WebP write PNG instead, which stays small only where the image is simple.
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.7 });
    if (jpeg.size > limits.previewBytes) return null;
    return { type: 'image/jpeg', width, height, data: await encode(jpeg) };
  });
}

async function encode(blob: Blob): Promise<string> {
  return toBase64Url(new Uint8Array(await blob.arrayBuffer()));
}
