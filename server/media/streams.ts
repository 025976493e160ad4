import { setTimeout } from 'node:timers/promises';
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

/** Browsers answer a demand for a key frame with none where the one before is less than 300 ms ago. In ms. */
const NEXT_KEY_FRAME_MS = 350;

/** What a branch has on offer, and the way of each stream to the workers where somebody watches it. */
export class Streams {
  readonly #seats: Pick<Seats, 'ask'>;
  readonly #offered = new Map<string, Stream>();
  readonly #pipes = new Pipes();
  /** Those meant to be: one that is started anew is paused for a moment in between. */
  readonly #paused = new Set<string>();

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

  /** A stream as the wire describes it. */
  info({ producer: { id: producerId }, device, source }: Stream): ProducerInfo {
    return { producerId, device, source, paused: this.#paused.has(producerId) };
  }

  /** Offers a stream until its producer closes; `ended` is called then. */
  add(stream: Stream, ended: () => void): void {
    const { producer } = stream;
    this.#offered.set(producer.id, stream);
    if (producer.paused) this.#paused.add(producer.id);
    producer.observer.once('close', () => {
      this.#pipes.close(producer.id);
      this.#offered.delete(producer.id);
      this.#paused.delete(producer.id);
      ended();
    });
  }

  /** Brings a stream to a seat where it is wanted. Throws ProtocolError as `Seats.ask` does. */
  async reach({ producer, seat }: Stream, wanted: Seat): Promise<void> {
    if (seat === wanted) return;
    const { id } = producer;
    await this.#seats.ask(wanted, () =>
      this.#pipes.reach(producer, seat, wanted, () => this.#paused.has(id)),
    );
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

  /**
   * Pauses or resumes a stream wherever it goes. Returns whether that changed one that is still on offer. Throws
   * ProtocolError as `Seats.ask` does; it may be asked for again then.
   */
  async setPaused({ producer, seat }: Stream, paused: boolean): Promise<boolean> {
    const { id } = producer;
    if (this.#paused.has(id) === paused) return false;
    this.#mean(id, paused);
    try {
      await this.#seats.ask(seat, async () => {
        await (paused ? producer.pause() : producer.resume());
        await this.#pipes.follow(id, () => this.#paused.has(id));
      });
    } catch (error) {
      this.#mean(id, !paused);
      throw error;
    }
    return this.#offered.has(id);
  }

  /**
   * What is missing of a stream is not asked for any more, and pictures go on from a key frame. Sent again at the slow
   * start of a new way, it would keep that key frame waiting for seconds. Throws ProtocolError as `Seats.ask` does.
   */
  async forgetLost({ producer, seat }: Stream): Promise<void> {
    if (this.#paused.has(producer.id)) return;
    // mediasoup forgets where it pauses. Both at once: nothing else gets in between.
    await this.#seats.ask(seat, () => Promise.all([producer.pause(), producer.resume()]));
  }

  /**
   * Has a stream begin anew that was `silent` or of which nothing has come for seconds. Returns false, and does nothing,
   * for any other. Throws ProtocolError as `Seats.ask` does.
   */
  async beginAnew(stream: Stream, silent: boolean): Promise<boolean> {
    const { producer, seat } = stream;
    const rates = await this.#seats.ask(seat, () => producer.getStats());
    const isOver = rates.every(({ bitrate }) => bitrate === 0);
    if (!isOver && !silent) return false;
    await this.forgetLost(stream);
    if (!isOver || producer.kind === 'audio') return true;
    // mediasoup, which has no layer of such a stream for anybody, looks for one again once the lowest has come.
    await setTimeout(NEXT_KEY_FRAME_MS);
    if (!producer.closed) await this.forgetLost(stream);
    return true;
  }

  /** Forgets the ways to a seat that is gone. */
  forget(seat: Seat): void {
    this.#pipes.forget(seat);
  }

  /** Offers nothing any more. Idempotent. */
  close(): void {
    this.#offered.clear();
  }

  #mean(producerId: string, paused: boolean): void {
    if (paused) this.#paused.add(producerId);
    else this.#paused.delete(producerId);
  }
}
