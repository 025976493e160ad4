/** The exponent b of y = a x^b that fits some points best, in the least squares of their logarithms. */
export function exponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  const logs = points
    .filter(({ x, y }) => x > 0 && y > 0)
    .map(({ x, y }) => [Math.log(x), Math.log(y)] as const);
  const mean = (of: (log: readonly [number, number]) => number) =>
    logs.reduce((sum, log) => sum + of(log), 0) / Math.max(1, logs.length);
  const [x, y] = [mean(([log]) => log), mean(([, log]) => log)];
  const slope = mean(([a, b]) => (a - x) * (b - y)) / mean(([a]) => (a - x) ** 2);
  return Math.round(slope * 100) / 100;
}
