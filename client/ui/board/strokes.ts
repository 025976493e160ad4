import { getStroke } from 'perfect-freehand';

type Line = readonly number[];

/** The outline of a pen's line, as wide as the pen was pressed. Points: x, y and pressure from 0 to 100. */
export function penPath(points: Line, thickness: number): string {
  const given: [number, number, number][] = [];
  for (let index = 0; index + 2 < points.length; index += 3)
    given.push([points[index] ?? 0, points[index + 1] ?? 0, (points[index + 2] ?? 50) / 100]);
  const outline = getStroke(given, {
    size: thickness * 1.6,
    thinning: 0.45,
    streamline: 0.3,
    simulatePressure: false,
  });
  const [first] = outline;
  if (!first) return '';
  const parts = [`M${tenth(first[0])} ${tenth(first[1])}`];
  for (let index = 0; index < outline.length; index++) {
    const [x, y] = outline[index] ?? first;
    const [nextX, nextY] = outline[(index + 1) % outline.length] ?? first;
    parts.push(`Q${tenth(x)} ${tenth(y)} ${tenth((x + nextX) / 2)} ${tenth((y + nextY) / 2)}`);
  }
  return `${parts.join('')}Z`;
}

/** The middle of a line, of even width. */
export function linePath(points: Line): string {
  const parts: string[] = [];
  for (let index = 0; index + 2 < points.length; index += 3)
    parts.push(`${index === 0 ? 'M' : 'L'}${points[index]} ${points[index + 1]}`);
  // A single point has no length and would not be seen.
  if (parts.length === 1) parts.push('h0.1');
  return parts.join('');
}

/** The two strokes of an arrow's head, at the end of a line. */
export function headPath(width: number, height: number, thickness: number): string {
  const angle = Math.atan2(height, width);
  const size = 10 + thickness * 2;
  const side = (turn: number) =>
    `${tenth(width - size * Math.cos(angle + turn))} ${tenth(height - size * Math.sin(angle + turn))}`;
  return `M${side(0.45)}L${width} ${height}L${side(-0.45)}`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
