/** A token bucket: `burst` at once, refilled at `perSecond`. */
export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is left in a bucket, as of a time in milliseconds; below zero where tokens to come are promised. Immutable. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** A bucket that nothing was taken from; `now` in milliseconds. */
export function fullBucket(size: BucketSize, now: number): Bucket {
  return { tokens: size.burst, at: now };
}

/** Takes tokens, one by default; where there are too few, `waitMs` says when there will be enough. */
export function take(
  bucket: Bucket,
  size: BucketSize,
  now: number,
  count = 1,
): { readonly bucket: Bucket; readonly waitMs: number } {
  const refilled = bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * size.perSecond;
  const tokens = Math.min(size.burst, refilled);
  if (tokens >= count) return { bucket: { tokens: tokens - count, at: now }, waitMs: 0 };
  return { bucket: { tokens, at: now }, waitMs: Math.ceil(((count - tokens) / size.perSecond) * 1000) };
}

/** Buckets by key, where full ones are forgotten. */
export class Buckets {
  readonly #size: BucketSize;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = 1_000;

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** Takes a token of a key; 0, or the milliseconds to wait. */
  take(key: string, now: number): number {
    const held = this.#buckets.get(key) ?? fullBucket(this.#size, now);
    const { bucket, waitMs } = take(held, this.#size, now);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    return waitMs;
  }

  /**
   * Takes a token of a key, or the next that there will be: the milliseconds until then. Null, and nothing taken, where
   * that is more than `mostMs`.
   */
  reserve(key: string, now: number, mostMs: number): number | null {
    const held = this.#buckets.get(key) ?? fullBucket(this.#size, now);
    const { bucket, waitMs } = take(held, this.#size, now);
    if (waitMs > mostMs) return null;
    this.#buckets.set(key, waitMs === 0 ? bucket : { ...bucket, tokens: bucket.tokens - 1 });
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    return waitMs;
  }

  #sweep(now: number): void {
    const { burst, perSecond } = this.#size;
    for (const [key, { tokens, at }] of this.#buckets) {
      if (tokens + ((now - at) / 1000) * perSecond >= burst) this.#buckets.delete(key);
    }
    this.#sweepAt = Math.max(1_000, this.#buckets.size * 2);
  }
}
