import type { TransportListenInfo } from 'mediasoup/types';
import type { ProducerInfo } from '../../shared/protocol/media.ts';
import type { CrossingEnd, Lent } from './branch.ts';
import { Crossings } from './crossings.ts';
import type { Demands } from './demands.ts';
import type { Seats } from './seats.ts';
import type { Streams } from './streams.ts';

export interface LoansParts {
  readonly seats: Pick<Seats, 'any' | 'ask'>;
  readonly streams: Streams;
  readonly demands: Demands;
  /** Where the ways to other nodes listen. */
  readonly listen: () => Promise<TransportListenInfo>;
  /** The worker of a crossing died. */
  readonly lost: (crossing: string) => void;
}

/** The streams that one branch lends to other nodes and borrows from them. Methods refuse as those of Branch do. */
export class Loans {
  readonly #parts: LoansParts;
  readonly #crossings: Crossings;

  constructor(parts: LoansParts) {
    this.#parts = parts;
    this.#crossings = new Crossings(parts.listen, parts.lost);
  }

  async openCrossing(crossing: string): Promise<CrossingEnd> {
    const { seats } = this.#parts;
    const seat = seats.any();
    return seats.ask(seat, () => this.#crossings.open(crossing, seat));
  }

  async connectCrossing(crossing: string, far: CrossingEnd): Promise<void> {
    const seat = this.#crossings.seatOf(crossing);
    await this.#parts.seats.ask(seat, () => this.#crossings.connect(crossing, far));
  }

  closeCrossing(crossing: string): void {
    this.#crossings.close(crossing);
  }

  async lend(crossing: string, producerId: string): Promise<Lent> {
    const { seats, streams } = this.#parts;
    const seat = this.#crossings.seatOf(crossing);
    await streams.reach(streams.get(producerId), seat);
    return seats.ask(seat, () =>
      this.#crossings.lend(crossing, producerId, () => streams.unwatch(producerId, seat, crossing)),
    );
  }

  /** Has a lent stream flow or rest. */
  async setLent(crossing: string, producerId: string, flowing: boolean): Promise<void> {
    const { seats, streams } = this.#parts;
    const seat = this.#crossings.seatOf(crossing);
    await seats.ask(seat, async () => {
      await streams.watch(producerId, seat, crossing, flowing);
      await this.#crossings.set(crossing, producerId, flowing);
    });
  }

  /** Asks for a key frame of a stream on behalf of the nodes that it is lent to. */
  refresh(producerId: string): Promise<void> {
    return this.#crossings.refresh(producerId);
  }

  endLoan(crossing: string, producerId: string): void {
    this.#crossings.endLoan(crossing, producerId);
  }

  async borrow(crossing: string, info: ProducerInfo, lent: Lent): Promise<void> {
    const { seats, streams, demands } = this.#parts;
    const { producerId, device, source } = info;
    const seat = this.#crossings.seatOf(crossing);
    const producer = await seats.ask(seat, () => this.#crossings.borrow(crossing, info, lent));
    demands.follow(producerId);
    streams.add({ producer, seat, device, source }, () => demands.forget(producerId));
  }

  /** Closes the crossings, and with them all that passes over them. Idempotent. */
  close(): void {
    this.#crossings.closeAll();
  }
}
