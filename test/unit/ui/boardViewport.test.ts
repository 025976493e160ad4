import { describe, expect, it } from 'vitest';
import { fitted } from '../../../client/ui/board/useViewport.ts';

describe('showing all of a board', () => {
  it.each([
    { width: 400, height: 1200 },
    { width: 3000, height: 900 },
    { width: 40, height: 20 },
  ])('keeps $width × $height below the buttons and inside the frame', ({ width, height }) => {
    const size = { width: 860, height: 560 };
    const { x, y, scale } = fitted({ x: -30, y: 70, width, height }, size, 62);
    const top = (70 - y) * scale;
    expect(top).toBeGreaterThanOrEqual(62);
    expect(top + height * scale).toBeLessThanOrEqual(size.height);
    expect((-30 - x) * scale).toBeGreaterThanOrEqual(0);
  });
});
