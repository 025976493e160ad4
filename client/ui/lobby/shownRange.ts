/** Rows beyond the edges that are drawn too, so that scrolling and Tab find them ready. */
const SPARE = 6;

export interface ShownRange {
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

/** Which rows of equal height are to be drawn, of a list that is scrolled by `scrolled` px. */
export function shownRange(count: number, rowHeight: number, scrolled: number, height: number): ShownRange {
  const from = Math.max(0, Math.floor(scrolled / rowHeight) - SPARE);
  const to = Math.min(count, Math.ceil((scrolled + height) / rowHeight) + SPARE);
  return { from: Math.min(from, Math.max(0, count - 1)), to };
}
