import { limits } from '../../../shared/limits.ts';
import type { SmallPicture } from '../core/attachments.ts';
import { redraw } from './redraw.ts';

const SIDES = [1_600, 1_200, 900, 600, 400];

/** An image made small enough for the board and drawn anew. Null for what is no image or stays too large. */
export function shrink(file: Blob): Promise<SmallPicture | null> {
  return redraw(file, SIDES, async ({ canvas, width, height }) => {
    // Browsers that write no WebP write PNG instead.
    const picture = await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 });
    return picture.size <= limits.boardImageBytes ? { picture, width, height } : null;
  });
}
