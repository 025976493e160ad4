import { randomUUID } from 'node:crypto';
import { ProtocolError } from '../../../shared/errors.ts';
import type { ProducerInfo } from '../../../shared/protocol/media.ts';
import type { Demand } from '../branch.ts';
import type { Station } from './station.ts';

interface Crossing {
  readonly name: string;
  readonly ends: readonly [Station, Station];
}

interface Loan {
  readonly from: Station;
  readonly to: Station;
  /** The way it takes; rejects where there is none. */
  readonly made: Promise<Crossing>;
  crossing: Crossing | null;
  /** Subscriptions that are being made. */
  using: number;
  demand: Demand;
}

/** What is on its way is of no interest any more: the node or the stream is gone. */
const gone = () => undefined;

/**
 * One meeting's streams on their way between nodes. A stream is carried once to each node where somebody subscribes to it,
 * flows only while somebody there shows it, and is carried no longer once nobody is subscribed.
 */
export class Carriage {
  readonly #crossings = new Map<string, Promise<Crossing>>();
  readonly #loans = new Map<string, Map<Station, Loan>>();

  /**
   * Brings a stream to a station and holds it there while a subscription is made. Throws ProtocolError where the stream or
   * one of the nodes is gone.
   */
  async with<Value>(
    stream: ProducerInfo,
    from: Station,
    to: Station,
    subscribe: () => Promise<Value>,
  ): Promise<Value> {
    if (from === to) return subscribe();
    const loans = this.#loans.get(stream.producerId) ?? new Map<Station, Loan>();
    this.#loans.set(stream.producerId, loans);
    const loan = loans.get(to) ?? this.#borrow(stream, from, to);
    loans.set(to, loan);
    loan.using += 1;
    try {
      await loan.made;
      return await subscribe();
    } finally {
      loan.using -= 1;
      this.#settle(stream.producerId, loan);
    }
  }

  /** What the devices at a station want of a stream that was brought there. */
  demand(producerId: string, at: Station, demand: Demand): void {
    const loan = this.#loans.get(producerId)?.get(at);
    if (!loan) return;
    loan.demand = demand;
    if (loan.crossing && demand !== 'none') {
      loan.from.branch.setLent(loan.crossing.name, producerId, demand === 'shown').catch(gone);
    }
    this.#settle(producerId, loan);
  }

  /** Brings the copies of a stream into its state. */
  paused(producerId: string, paused: boolean): void {
    for (const { to } of this.#loansOf(producerId)) to.branch.setBorrowed(producerId, paused).catch(gone);
  }

  /** A stream ended where it comes from: it ends on all nodes. */
  ended(producerId: string): void {
    for (const loan of this.#loansOf(producerId)) this.#return(producerId, loan);
  }

  /** A crossing broke at one end. */
  lost(name: string): void {
    for (const opening of [...this.#crossings.values()]) {
      opening.then((crossing) => {
        if (crossing.name === name) this.#break(crossing);
      }, gone);
    }
  }

  /** A station takes no further part. */
  leave(station: Station): void {
    for (const [producerId, loans] of [...this.#loans]) {
      for (const loan of [...loans.values()]) {
        if (loan.from === station || loan.to === station) this.#return(producerId, loan);
      }
    }
    for (const [pair, opening] of [...this.#crossings]) {
      if (!pair.split(' ').includes(station.node)) continue;
      this.#crossings.delete(pair);
      opening.then((crossing) => this.#break(crossing), gone);
    }
  }

  #loansOf(producerId: string): Loan[] {
    return [...(this.#loans.get(producerId)?.values() ?? [])];
  }

  #borrow(stream: ProducerInfo, from: Station, to: Station): Loan {
    const { producerId } = stream;
    const carry = async () => {
      const crossing = await this.#crossing(from, to);
      const lent = await from.branch.lend(crossing.name, producerId);
      await to.branch.borrow(crossing.name, stream, lent);
      // Ended or given up meanwhile.
      if (this.#loans.get(producerId)?.get(to) !== loan) {
        this.#close(producerId, loan, crossing);
        throw new ProtocolError('not-found');
      }
      loan.crossing = crossing;
      return crossing;
    };
    const loan: Loan = { from, to, made: carry(), crossing: null, using: 0, demand: 'none' };
    loan.made.catch(() => this.#forget(producerId, loan));
    return loan;
  }

  /** Ends a loan that nobody wants any more. */
  #settle(producerId: string, loan: Loan): void {
    if (loan.using === 0 && loan.demand === 'none') this.#return(producerId, loan);
  }

  #return(producerId: string, loan: Loan): void {
    if (!this.#forget(producerId, loan)) return;
    if (loan.crossing) this.#close(producerId, loan, loan.crossing);
  }

  #close(producerId: string, { from, to }: Loan, { name }: Crossing): void {
    to.branch.giveBack(producerId).catch(gone);
    from.branch.endLoan(name, producerId).catch(gone);
  }

  #forget(producerId: string, loan: Loan): boolean {
    const loans = this.#loans.get(producerId);
    if (loans?.get(loan.to) !== loan) return false;
    loans.delete(loan.to);
    if (loans.size === 0) this.#loans.delete(producerId);
    return true;
  }

  #crossing(from: Station, to: Station): Promise<Crossing> {
    const pair = [from.node, to.node].sort().join(' ');
    const opening = this.#crossings.get(pair) ?? open(from, to);
    this.#crossings.set(pair, opening);
    opening.catch(() => {
      if (this.#crossings.get(pair) === opening) this.#crossings.delete(pair);
    });
    return opening;
  }

  #break(crossing: Crossing): void {
    const [one, other] = crossing.ends;
    this.#crossings.delete([one.node, other.node].sort().join(' '));
    for (const [producerId, loans] of [...this.#loans]) {
      for (const loan of [...loans.values()]) if (loan.crossing === crossing) this.#return(producerId, loan);
    }
    for (const { branch } of crossing.ends) branch.closeCrossing(crossing.name).catch(gone);
  }
}

/** Both ends, or neither. */
async function open(from: Station, to: Station): Promise<Crossing> {
  const name = randomUUID();
  const ends = [from, to] as const;
  try {
    const [near, far] = await Promise.all([from.branch.openCrossing(name), to.branch.openCrossing(name)]);
    await Promise.all([from.branch.connectCrossing(name, far), to.branch.connectCrossing(name, near)]);
    return { name, ends };
  } catch (error) {
    for (const { branch } of ends) branch.closeCrossing(name).catch(gone);
    throw error;
  }
}
