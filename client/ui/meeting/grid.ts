/** How equal tiles share an area. Lengths in CSS pixels. */
export interface GridPlan {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

const WIDEST = 16 / 9;

/** Most tiles on one page, however large the screen. */
export const MOST_TILES = 49;

/**
 * The arrangement that gives `count` tiles the most room. A tile is never wider than 16:9; upright areas allow
 * upright tiles down to 3:4, wide ones down to 6:5, so that faces are not cropped away.
 */
export function planGrid(count: number, width: number, height: number, gap: number): GridPlan {
  const narrowest = width < height ? 3 / 4 : 6 / 5;
  let best: GridPlan = { columns: 1, rows: Math.max(count, 1), tileWidth: 0, tileHeight: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * WIDEST));
    const tileHeight = Math.floor(Math.min(cellHeight, tileWidth / narrowest));
    if (tileWidth * tileHeight > best.tileWidth * best.tileHeight) {
      best = { columns, rows, tileWidth, tileHeight };
    }
  }
  return best;
}

/** How many tiles an area shows at a legible size: at least one, at most `MOST_TILES`. */
export function gridCapacity(width: number, height: number, gap: number): number {
  const leastWidth = width < 720 ? 140 : 176;
  const leastHeight = width < 720 ? 120 : 110;
  const columns = Math.max(1, Math.floor((width + gap) / (leastWidth + gap)));
  const rows = Math.max(1, Math.floor((height + gap) / (leastHeight + gap)));
  return Math.min(MOST_TILES, columns * rows);
}
