const RANGE = 2 ** 32;

/** A uniform whole number from 0 to `bound` - 1, from the system's generator. */
export function uniformBelow(bound: number): number {
  // What lies above the last whole multiple would favour small numbers.
  const limit = RANGE - (RANGE % bound);
  for (;;) {
    const [drawn] = crypto.getRandomValues(new Uint32Array(1));
    if (drawn !== undefined && drawn < limit) return drawn % bound;
  }
}
