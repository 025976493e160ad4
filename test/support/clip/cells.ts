/**
 * A sender number and a frame counter as a block of black and white cells, so coarse that they survive scaling to a
 * quarter and low bit rates. 32 cells: 4 known ones, 4 bits of sender, 16 bits of counter, 8 bits of CRC.
 */
export interface Mark {
  /** 0 to 15. */
  readonly sender: number;
  /** 0 to 65535. */
  readonly counter: number;
}

/** Where the cells lie in a frame. Pixels of the clip; readers scale. */
export const frame = { width: 320, height: 180 } as const;
export const grid = { columns: 8, rows: 4, cell: 32, left: 32, top: 26 } as const;

const KNOWN = [true, false, false, true] as const;

/** The cells in reading order; true is white. Throws RangeError. */
export function encodeMark({ sender, counter }: Mark): boolean[] {
  if (!isWhole(sender, 0xf) || !isWhole(counter, 0xffff)) throw new RangeError('not a mark');
  const value = (sender << 16) | counter;
  return [...KNOWN, ...bits(value, 20), ...bits(crc8(value), 8)];
}

/**
 * Reads a mark out of a picture of any size that shows the whole frame. `luma` gives the brightness of a pixel.
 * Null where no mark is readable: never a wrong one, as far as 8 bits of CRC and the known cells can tell.
 */
export function decodeMark(
  width: number,
  height: number,
  luma: (x: number, y: number) => number,
): Mark | null {
  const levels: number[] = [];
  for (let row = 0; row < grid.rows; row += 1) {
    for (let column = 0; column < grid.columns; column += 1) {
      levels.push(cellLevel(width, height, luma, column, row));
    }
  }
  const white = Math.min(levels[0] ?? 0, levels[3] ?? 0);
  const black = Math.max(levels[1] ?? 255, levels[2] ?? 255);
  if (white - black < 40) return null;
  const threshold = (white + black) / 2;
  const cells = levels.map((level) => level > threshold);
  const value = number(cells.slice(4, 24));
  if (crc8(value) !== number(cells.slice(24))) return null;
  return { sender: value >>> 16, counter: value & 0xffff };
}

/** Mean of the middle of a cell: its edges blur into the neighbours. */
function cellLevel(
  width: number,
  height: number,
  luma: (x: number, y: number) => number,
  column: number,
  row: number,
): number {
  const scaleX = width / frame.width;
  const scaleY = height / frame.height;
  const middleX = (grid.left + (column + 0.5) * grid.cell) * scaleX;
  const middleY = (grid.top + (row + 0.5) * grid.cell) * scaleY;
  const reachX = Math.max(0.5, (grid.cell / 4) * scaleX);
  const reachY = Math.max(0.5, (grid.cell / 4) * scaleY);
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(middleY - reachY); y < middleY + reachY; y += 1) {
    for (let x = Math.floor(middleX - reachX); x < middleX + reachX; x += 1) {
      sum += luma(x, y);
      count += 1;
    }
  }
  return sum / count;
}

function bits(value: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => ((value >>> (count - 1 - index)) & 1) === 1);
}

function number(cells: readonly boolean[]): number {
  return cells.reduce((value, cell) => (value << 1) | (cell ? 1 : 0), 0);
}

/** CRC-8 with polynomial 0x07 over 20 bits, begun with 0xff so that an empty picture does not pass. */
function crc8(value: number): number {
  let crc = 0xff;
  for (const bit of bits(value, 20)) {
    const top = ((crc >>> 7) & 1) === 1;
    crc = (crc << 1) & 0xff;
    if (top !== bit) crc ^= 0x07;
  }
  return crc;
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
