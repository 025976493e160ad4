/** One line of a chart. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const WIDTH = 360;
const HEIGHT = 180;
const MARGIN = { left: 44, right: 16, top: 10, bottom: 22 } as const;
const STEPS = 4;

/** A round number at or above a value: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

const short = (value: number) => String(Number(value.toPrecision(3)));

/** A figure with an SVG of some lines over time, x in seconds, from 0 upwards. Names must need no escaping. */
export function lineChart(title: string, unit: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const most = {
    x: Math.max(1, ...all.map(({ x }) => x)),
    y: roundUp(Math.max(0, ...all.map(({ y }) => y))),
  };
  const left = (x: number) => MARGIN.left + (x / most.x) * (WIDTH - MARGIN.left - MARGIN.right);
  const top = (y: number) => HEIGHT - MARGIN.bottom - (y / most.y) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const grid = Array.from({ length: STEPS + 1 }, (_, step) => {
    const [y, x] = [(most.y * step) / STEPS, (most.x * step) / STEPS];
    return `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${top(y)}" y2="${top(y)}"/>
<text x="${MARGIN.left - 6}" y="${top(y) + 4}" text-anchor="end">${short(y)}</text>
<text x="${left(x)}" y="${HEIGHT - 6}" text-anchor="middle">${short(x)}</text>`;
  });
  const drawn = lines.map(({ points }, index) => {
    const path = points.map(({ x, y }) => `${left(x).toFixed(1)},${top(y).toFixed(1)}`).join(' ');
    return `<polyline class="c${index}" points="${path}"/>`;
  });
  const keys = lines.map(({ name, points }, index) => {
    const last = points.at(-1);
    return `<span class="k${index}">${name}${last ? ` ${short(last.y)}` : ': not told'}</span>`;
  });
  return `<figure><figcaption>${title}${unit ? ` (${unit})` : ''}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${grid.join('')}${drawn.join('')}</svg>
<div>${keys.join(' · ')}</div></figure>`;
}
