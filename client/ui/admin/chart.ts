/** One line of a chart; `values` belong to the times of the samples. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** The next round number, so that the upper end of an axis can be read: 1, 2 or 5 times a power of ten. Pure. */
export function niceMaximum(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

/** The points of a line in a box, as `points` of an SVG polyline: the first time on the left edge. Pure. */
export function linePoints(
  at: readonly number[],
  values: readonly number[],
  maximum: number,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const first = at[0] ?? 0;
  const span = Math.max(1, (at.at(-1) ?? 0) - first);
  return values
    .map((value, index) => {
      const x = (((at[index] ?? first) - first) / span) * width;
      const y = height - (Math.min(value, maximum) / maximum) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
