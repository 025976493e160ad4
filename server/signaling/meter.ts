import { ProtocolError } from '../../shared/errors.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { type Bucket, fullBucket, take } from './bucket.ts';
import { type RateName, type Rates, rateOf } from './limits.ts';

/** Bytes inside a parsed request, whose schema bounds its depth. */
function contentLength(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + contentLength(inner), 0);
}

/** What one socket asked for, against the rates it may. */
export class Meter {
  readonly #rates: Rates;
  readonly #now: () => number;
  readonly #buckets = new Map<RateName, Bucket>();

  constructor(rates: Rates, now: () => number) {
    this.#rates = rates;
    this.#now = now;
  }

  /** A request of any kind. Throws ProtocolError `rate-limited`. */
  request(): void {
    this.#take('requests', 1);
  }

  /** A request whose form is right. Throws ProtocolError `rate-limited`. */
  parsed(name: RequestName, body: unknown): void {
    const rate = rateOf[name];
    if (rate) this.#take(rate, 1);
    const length = contentLength(body);
    if (length > 0) this.#take('bytes', length);
  }

  #take(rate: RateName, count: number): void {
    const now = this.#now();
    const size = this.#rates[rate];
    const held = this.#buckets.get(rate) ?? fullBucket(size, now);
    const { bucket, waitMs } = take(held, size, now, count);
    this.#buckets.set(rate, bucket);
    if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
  }
}
