import type { Demand } from './branch.ts';

/** What the consumers of borrowed streams want of them, and who is told when that changes. */
export class Demands {
  readonly #changed: (producerId: string, demand: Demand) => void;
  readonly #streams = new Map<string, { readonly consumers: Map<string, boolean>; told: Demand }>();

  constructor(changed: (producerId: string, demand: Demand) => void) {
    this.#changed = changed;
  }

  /** From now on the demand for a stream is told. */
  follow(producerId: string): void {
    this.#streams.set(producerId, { consumers: new Map(), told: 'none' });
  }

  forget(producerId: string): void {
    this.#streams.delete(producerId);
  }

  /** A consumer is subscribed, and shows the stream or not. Does nothing for streams that are not followed. */
  wants(producerId: string, consumerId: string, shows: boolean): void {
    this.#streams.get(producerId)?.consumers.set(consumerId, shows);
    this.#tell(producerId);
  }

  gone(producerId: string, consumerId: string): void {
    this.#streams.get(producerId)?.consumers.delete(consumerId);
    this.#tell(producerId);
  }

  #tell(producerId: string): void {
    const stream = this.#streams.get(producerId);
    if (!stream) return;
    const shows = [...stream.consumers.values()];
    const demand = shows.length === 0 ? 'none' : shows.includes(true) ? 'shown' : 'resting';
    if (demand === stream.told) return;
    stream.told = demand;
    this.#changed(producerId, demand);
  }
}
