import type { Router } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { Log } from '../log.ts';
import { toProtocolError } from './engineError.ts';
import type { Seat, WorkerPool } from './workerPool.ts';

export interface SeatsOptions {
  readonly pool: WorkerPool;
  readonly log: Log;
  /** Streams that a meeting's devices on a seat have or will have. */
  readonly load: (seat: Seat) => number;
  /** The worker of a seat died. `last`: no other seat is left. */
  readonly lost: (seat: Seat, last: boolean) => void;
  readonly onRouter?: ((router: Router) => void) | undefined;
}

/** The routers that one meeting has: one on each worker it was spread to. */
export class Seats {
  readonly #options: SeatsOptions;
  readonly #taken = new Map<number, Seat>();
  readonly #taking = new Map<number, Promise<Seat>>();
  #closed = false;

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** Whether the meeting still has this seat. */
  has(seat: Seat): boolean {
    return this.#taken.get(seat.worker) === seat;
  }

  get none(): boolean {
    return this.#taken.size === 0;
  }

  /** One of those that the meeting has. Throws ProtocolError `media-unavailable` where it has none just now. */
  any(): Seat {
    const [seat] = this.#taken.values();
    if (!seat) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
    return seat;
  }

  /** The seat for the next device where it is one that the meeting has; null where one must be taken first. */
  ready(): Seat | null {
    const index = this.#options.pool.choose(new Set(this.#taken.keys()));
    return (index !== null && this.#taken.get(index)) || null;
  }

  /** The seat for the next device. Throws ProtocolError `media-unavailable`. */
  async next(): Promise<Seat> {
    const { pool } = this.#options;
    const index = await pool.available(new Set([...this.#taken.keys(), ...this.#taking.keys()]));
    const taking = this.#taken.get(index) ?? this.#taking.get(index);
    if (taking) return taking;
    const promise = this.#take(index).finally(() => this.#taking.delete(index));
    this.#taking.set(index, promise);
    return promise;
  }

  /**
   * Has something done by the worker of a seat. Whatever that throws becomes a ProtocolError that the caller may see:
   * `media-unavailable` where the worker is gone, `bad-request` for what it does not take, `not-found` for what closed
   * meanwhile, `unavailable` for the rest, which is logged.
   */
  async ask<Value>(seat: Seat, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw toProtocolError(error, {
        lost: !this.has(seat) || seat.router.closed,
        onUnexpected: () => this.#options.log.warn({ error }, 'media worker refused'),
      });
    }
  }

  /** Gives all back. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const seat of this.#taken.values()) seat.release();
    this.#taken.clear();
  }

  async #take(index: number): Promise<Seat> {
    const { pool, load, lost, onRouter } = this.#options;
    const seat: Seat = await pool.sit(index, {
      load: () => load(seat),
      lost: () => {
        if (!this.has(seat)) return;
        this.#taken.delete(index);
        lost(seat, this.none);
      },
    });
    if (this.#closed) {
      seat.release();
      return seat;
    }
    this.#taken.set(index, seat);
    onRouter?.(seat.router);
    return seat;
  }
}
