import type { Consumer } from 'mediasoup/types';

/** Has a consumer flow or rest, whichever was asked for last, however quickly wishes follow each other. */
export class Valve {
  readonly #consumer: Consumer;
  #isWanted = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  /** Settles once it is so. One that closes meanwhile needs nothing more. Throws what mediasoup throws. */
  set(flowing: boolean): Promise<void> {
    this.#isWanted = flowing;
    const turn = this.#turn.then(() => this.#follow());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #follow(): Promise<void> {
    const consumer = this.#consumer;
    try {
      if (consumer.closed || consumer.paused !== this.#isWanted) return;
      await (this.#isWanted ? consumer.resume() : consumer.pause());
    } catch (error) {
      if (!consumer.closed) throw error;
    }
  }
}
