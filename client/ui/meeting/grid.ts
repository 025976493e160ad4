/** How equal tiles share an area. Lengths in CSS pixels. */
export interface GridPlan {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const WIDEST = 16 / 9;

/** Most tiles on one page, however large the screen. */
export const MOST_TILES = 49;

/** Space between tiles. */
export const GAP = 8;

/** Space of the page buttons: a line below a grid or column, a column beside a row. */
const PAGER = 44;

/**
 * The arrangement that gives `count` tiles the most room. A tile is never wider than 16:9; upright areas allow
 * upright tiles down to 3:4, wide ones down to 6:5, so that faces are not cropped away.
 */
export function planGrid(
  count: number,
  width: number,
  height: number,
  gap: number,
  narrowest = width < height ? 3 / 4 : 6 / 5,
): GridPlan {
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
  const leastHeight = width < 720 ? 104 : 110;
  const columns = Math.max(1, Math.floor((width + gap) / (leastWidth + gap)));
  const rows = Math.max(1, Math.floor((height + gap) / (leastHeight + gap)));
  return Math.min(MOST_TILES, columns * rows);
}

/** Height of a shared screen on an upright stage, per width; a screen of 4:3 fits. */
const UPRIGHT_SCREEN = 3 / 4;

/** Height of the line that says whose screen it is. */
const SCREEN_LABEL = 32;

/** What a stage of some size has to hold. */
export interface StageNeeds {
  readonly width: number;
  readonly height: number;
  /** How many are shown large; none where all are equal. */
  readonly main: number;
  /** Whether the one large thing is a screen, which takes all the room there is. */
  readonly screen: boolean;
  /** Whether that screen is the whiteboard, whose tools take height of their own. */
  readonly board?: boolean;
  readonly rest: number;
  readonly strip: 'column' | 'row';
}

/** Where everything stands. Boxes of `rest` are those of a full page; the last page uses the first of them. */
export interface StageFrame {
  readonly main: readonly Box[];
  readonly perPage: number;
  readonly pages: number;
  /** Boxes for the tiles of a page that holds `count` of them. */
  readonly rest: (count: number) => readonly Box[];
  /** Where the page buttons stand; null where there is one page. */
  readonly pager: Box | null;
  /** The buttons stand one above the other. */
  readonly pagerUpright: boolean;
}

/** Shares a stage out between what is large, what is small, and the page buttons. Nothing overlaps. */
export function frameStage(needs: StageNeeds): StageFrame {
  const { width, height, main, rest } = needs;
  const whole: Box = { x: 0, y: 0, width, height };
  if (width <= 0 || height <= 0) {
    return {
      main: [],
      perPage: Math.max(1, rest),
      pages: 1,
      rest: () => [],
      pager: null,
      pagerUpright: false,
    };
  }
  if (main === 0) return { main: [], ...gridPages(whole, rest) };
  if (rest === 0) return { main: mainBoxes(whole, needs), ...gridPages(whole, 0) };
  const upright = width < height * 1.1;
  if (upright && needs.screen && !needs.board && main === 1) {
    // A shared screen is mostly wide: the height it leaves on a phone belongs to the people.
    const size = Math.round(Math.min(height / 2, width * UPRIGHT_SCREEN + SCREEN_LABEL));
    const people: Box = { x: 0, y: size + GAP, width, height: height - size - GAP };
    return { main: [{ ...whole, height: size }], ...gridPages(people, rest) };
  }
  if (upright || needs.strip === 'row') {
    // On a wide stage the row is on top, where cameras are; on a phone thumbs are below.
    const size = clamp(height * 0.17, 92, 168);
    const stripY = upright ? height - size : 0;
    const area: Box = { x: 0, y: upright ? 0 : size + GAP, width, height: height - size - GAP };
    return { main: mainBoxes(area, needs), ...rowPages({ x: 0, y: stripY, width, height: size }, rest) };
  }
  const single = clamp(width * 0.14, 148, 264);
  const fits = Math.floor((height + GAP) / (columnTileHeight(single) + GAP));
  const columns = rest > fits && width >= 1500 ? 2 : 1;
  const size = columns === 2 ? clamp(width * 0.22, 340, 460) : single;
  const area: Box = { x: 0, y: 0, width: width - size - GAP, height };
  const strip: Box = { x: width - size, y: 0, width: size, height };
  return { main: mainBoxes(area, needs), ...columnPages(strip, rest, columns) };
}

type Pages = Omit<StageFrame, 'main'>;

const clamp = (value: number, least: number, most: number) =>
  Math.round(Math.min(most, Math.max(least, value)));

const columnTileHeight = (width: number) => Math.floor((width * 9) / 16);

function mainBoxes(area: Box, { main, screen }: StageNeeds): readonly Box[] {
  if (screen && main === 1) return [area];
  // One person alone may stand as upright as a phone.
  const narrowest = main === 1 && area.width < area.height ? 2 / 3 : undefined;
  const plan = planGrid(main, area.width, area.height, GAP, narrowest);
  return gridBoxes(area, main, plan);
}

function gridPages(area: Box, count: number): Pages {
  const onePage = count <= gridCapacity(area.width, area.height, GAP);
  const room = onePage ? area : { ...area, height: area.height - PAGER };
  const perPage = Math.max(1, Math.min(count, gridCapacity(room.width, room.height, GAP)));
  const plan = planGrid(perPage, room.width, room.height, GAP);
  return {
    perPage,
    pages: Math.max(1, Math.ceil(count / perPage)),
    rest: (shown) => gridBoxes(room, shown, plan),
    pager: onePage ? null : { ...area, y: area.y + room.height, height: PAGER },
    pagerUpright: false,
  };
}

/** The tiles of a grid, row by row, all rows centred. */
function gridBoxes(area: Box, count: number, plan: GridPlan): readonly Box[] {
  const { columns, tileWidth: width, tileHeight: height } = plan;
  const rows = Math.ceil(count / columns);
  const top = area.y + Math.max(0, Math.floor((area.height - rows * height - (rows - 1) * GAP) / 2));
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = area.x + Math.floor((area.width - inRow * width - (inRow - 1) * GAP) / 2);
    return {
      x: left + (index % columns) * (width + GAP),
      y: top + row * (height + GAP),
      width,
      height,
    };
  });
}

function rowPages(area: Box, count: number): Pages {
  const height = area.height;
  // On a phone tiles stand upright, so that three fit.
  const third = (area.width - PAGER - 3 * GAP) / 3;
  const width = Math.floor(Math.min((height * 4) / 3, third));
  const holds = (room: number) => Math.max(1, Math.floor((room + GAP) / (width + GAP)));
  const onePage = count <= holds(area.width);
  const room = onePage ? area.width : area.width - PAGER - GAP;
  const perPage = Math.max(1, Math.min(count, holds(room)));
  return {
    perPage,
    pages: Math.max(1, Math.ceil(count / perPage)),
    rest: (shown) => {
      const left = area.x + Math.max(0, Math.floor((room - shown * width - (shown - 1) * GAP) / 2));
      return Array.from({ length: shown }, (_, index) => ({
        x: left + index * (width + GAP),
        y: area.y,
        width: Math.min(width, room),
        height,
      }));
    },
    pager: onePage ? null : { x: area.x + area.width - PAGER, y: area.y, width: PAGER, height },
    pagerUpright: true,
  };
}

function columnPages(area: Box, count: number, columns: number): Pages {
  const width = Math.floor((area.width - GAP * (columns - 1)) / columns);
  const height = Math.min(columnTileHeight(width), area.height);
  const holds = (room: number) => Math.max(1, Math.floor((room + GAP) / (height + GAP))) * columns;
  const onePage = count <= holds(area.height);
  const perPage = Math.max(1, Math.min(count, holds(onePage ? area.height : area.height - PAGER)));
  return {
    perPage,
    pages: Math.max(1, Math.ceil(count / perPage)),
    rest: (shown) =>
      Array.from({ length: shown }, (_, index) => ({
        x: area.x + (index % columns) * (width + GAP),
        y: area.y + Math.floor(index / columns) * (height + GAP),
        width,
        height,
      })),
    pager: onePage ? null : { ...area, y: area.y + area.height - PAGER, height: PAGER },
    pagerUpright: false,
  };
}
