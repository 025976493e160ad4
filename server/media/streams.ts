import type { Producer } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { ProducerInfo } from '../../shared/protocol/media.ts';
import type { Source } from '../../shared/records/record.ts';
import { Pipes } from './pipes.ts';
import type { Seats } from './seats.ts';
import type { Seat } from './workerPool.ts';

/** A stream that devices here may subscribe to: one of theirs, or a borrowed one. */
export interface Stream {
  readonly producer: Producer;
  /** Where it comes in. */
  readonly seat: Seat;
  readonly device: DeviceKey;
  readonly source: Source;
}

/** A stream as the wire describes it. */
export function infoOf({ producer, device, source }: Stream): ProducerInfo {
  return { producerId: producer.id, device, source, paused: producer.paused };
}

/** What a branch has on offer, and the way of each stream to the workers where somebody watches it. */
export class Streams {
  readonly #seats: Pick<Seats, 'ask'>;
  readonly #offered = new Map<string, Stream>();
  readonly #pipes = new Pipes();

  constructor(seats: Pick<Seats, 'ask'>) {
    this.#seats = seats;
  }

  /** Throws ProtocolError `not-found`. */
  get(producerId: string): Stream {
    const stream = this.#offered.get(producerId);
    if (!stream) throw new ProtocolError('not-found');
    return stream;
  }

  find(producerId: string): Stream | undefined {
    return this.#offered.get(producerId);
  }

  /** Offers a stream until its producer closes; `ended` is called then. */
  add(stream: Stream, ended: () => void): void {
    const { producer } = stream;
    this.#offered.set(producer.id, stream);
    producer.observer.once('close', () => {
      this.#pipes.close(producer.id);
      this.#offered.delete(producer.id);
      ended();
    });
  }

  /** Brings a stream to a seat where it is wanted. Throws ProtocolError as `Seats.ask` does. */
  async reach({ producer, seat }: Stream, wanted: Seat): Promise<void> {
    if (seat === wanted) return;
    await this.#seats.ask(wanted, () => this.#pipes.reach(producer, seat, wanted));
  }

  /**
   * Whether a watcher on a seat shows a stream: it flows there only while one does. Throws what mediasoup throws
   * where the stream stays open.
   */
  watch(producerId: string, on: Seat, watcher: string, shows: boolean): Promise<void> {
    return this.#pipes.watch(producerId, on, watcher, shows);
  }

  /** A watcher is gone. The stream may rest; where that cannot be had its worker is gone as well. */
  unwatch(producerId: string, on: Seat, watcher: string): void {
    this.#pipes.watch(producerId, on, watcher, false).catch(() => undefined);
  }

  /** Pauses or resumes a stream wherever it goes. Returns whether that changed one that is still on offer. */
  async setPaused({ producer, seat }: Stream, paused: boolean): Promise<boolean> {
    if (producer.paused === paused) return false;
    await this.#seats.ask(seat, async () => {
      await (paused ? producer.pause() : producer.resume());
      await this.#pipes.follow(producer);
    });
    return this.#offered.has(producer.id);
  }

  /** Forgets the ways to a seat that is gone. */
  forget(seat: Seat): void {
    this.#pipes.forget(seat);
  }

  /** Offers nothing any more. Idempotent. */
  close(): void {
    this.#offered.clear();
  }
}
