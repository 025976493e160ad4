/** A rectangle on the recorded picture, in its pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything lies on the recorded picture. */
export interface RecordingLayout {
  /** Time and classification. */
  readonly head: Rect;
  /** All below the head. */
  readonly body: Rect;
  /** The shared screen, if any. */
  readonly screen: Rect | null;
  /** One for each of the people that have room, in their order. */
  readonly people: readonly Rect[];
}

export const frameSize = { width: 1280, height: 720 } as const;
export const HEAD_HEIGHT = 36;
/** How many people are drawn: alone, and beside a shared screen. The others are heard. */
export const mostPeople = { grid: 16, besideScreen: 4 } as const;

const GAP = 8;
const ASPECT = 16 / 9;
const SIDE_WIDTH = 256;

/** Places people in a grid, or beside a shared screen that takes most of the picture. */
export function planRecording(people: number, screen: boolean): RecordingLayout {
  const { width, height } = frameSize;
  const head = { x: 0, y: 0, width, height: HEAD_HEIGHT };
  const body = {
    x: GAP,
    y: HEAD_HEIGHT + GAP,
    width: width - 2 * GAP,
    height: height - HEAD_HEIGHT - 2 * GAP,
  };
  if (!screen) return { head, body, screen: null, people: grid(Math.min(people, mostPeople.grid), body) };
  const beside = Math.min(people, mostPeople.besideScreen);
  if (beside === 0) return { head, body, screen: body, people: [] };
  const large = { ...body, width: body.width - SIDE_WIDTH - GAP };
  const side = { ...body, x: large.x + large.width + GAP, width: SIDE_WIDTH };
  return { head, body, screen: large, people: column(beside, side) };
}

/** The columns that make the cells largest; the last row is centred. */
function grid(count: number, area: Rect): Rect[] {
  if (count === 0) return [];
  let columns = 1;
  let cell = 0;
  for (let tried = 1; tried <= count; tried += 1) {
    const width = cellWidth(tried, Math.ceil(count / tried), area);
    if (width <= cell) continue;
    columns = tried;
    cell = width;
  }
  const rows = Math.ceil(count / columns);
  const size = { width: Math.floor(cell), height: Math.floor(cell / ASPECT) };
  const top = area.y + (area.height - rows * size.height - (rows - 1) * GAP) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = area.x + (area.width - inRow * size.width - (inRow - 1) * GAP) / 2;
    return {
      x: Math.round(left + (index % columns) * (size.width + GAP)),
      y: Math.round(top + row * (size.height + GAP)),
      ...size,
    };
  });
}

function cellWidth(columns: number, rows: number, area: Rect): number {
  const byWidth = (area.width - (columns - 1) * GAP) / columns;
  const byHeight = ((area.height - (rows - 1) * GAP) / rows) * ASPECT;
  return Math.min(byWidth, byHeight);
}

function column(count: number, area: Rect): Rect[] {
  const height = Math.floor(Math.min(area.width / ASPECT, (area.height - (count - 1) * GAP) / count));
  return Array.from({ length: count }, (_, index) => ({
    x: area.x,
    y: area.y + index * (height + GAP),
    width: area.width,
    height,
  }));
}

/** The largest part of `area` with the aspect of a picture, in its middle: nothing is cut off or stretched. */
export function fitted(picture: { readonly width: number; readonly height: number }, area: Rect): Rect {
  const scale = Math.min(area.width / picture.width, area.height / picture.height);
  const width = Math.round(picture.width * scale);
  const height = Math.round(picture.height * scale);
  return {
    x: Math.round(area.x + (area.width - width) / 2),
    y: Math.round(area.y + (area.height - height) / 2),
    width,
    height,
  };
}
