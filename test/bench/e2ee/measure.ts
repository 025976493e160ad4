/** Middle and worst of several durations; milliseconds with two decimals. */
export interface Spread {
  readonly median: number;
  readonly worst: number;
  readonly samples: number;
}

/** Throws RangeError for no samples: a measurement that did not happen must not read as zero. */
export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const [median, worst] = [sorted[sorted.length >> 1], sorted.at(-1)];
  if (median === undefined || worst === undefined) throw new RangeError('nothing was measured');
  return { median: hundredths(median), worst: hundredths(worst), samples: sorted.length };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** How long a task took, in milliseconds: on the wall, and of the processor. */
export interface Duration {
  readonly ms: number;
  readonly cpu: number;
}

/** A spread of wall times, with the median of processor time beside it, which a busy machine blurs less. */
export interface Cost extends Spread {
  readonly cpu: number;
}

export function costOf(samples: readonly Duration[]): Cost {
  return { ...spread(samples.map(({ ms }) => ms)), cpu: spread(samples.map(({ cpu }) => cpu)).median };
}

/** A task's result and how long it took. Only meaningful for a task that nothing else runs beside. */
export async function timed<T>(task: () => Promise<T>): Promise<Duration & { readonly value: T }> {
  const start = performance.now();
  const before = process.cpuUsage();
  const value = await task();
  const { user, system } = process.cpuUsage(before);
  return { value, ms: performance.now() - start, cpu: (user + system) / 1_000 };
}

/** A list of positive whole numbers, such as "10,50". Throws RangeError. */
export function wholeNumbers(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.length === 0 || !numbers.every((number) => Number.isSafeInteger(number) && number > 0)) {
    throw new RangeError(`not a list of positive whole numbers: ${text}`);
  }
  return numbers;
}

/** One positive whole number. Throws RangeError. */
export function wholeNumber(text: string): number {
  const [number, ...others] = wholeNumbers(text);
  if (number === undefined || others.length > 0) throw new RangeError(`not one number: ${text}`);
  return number;
}
