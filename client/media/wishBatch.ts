import type { ConsumerWish } from '../../shared/protocol/media.ts';

/** How many wishes one `media:setConsumers` may carry. */
const perRequest = 200;

function same(a: ConsumerWish, b: ConsumerWish): boolean {
  return (
    a.paused === b.paused &&
    a.spatialLayer === b.spatialLayer &&
    a.temporalLayer === b.temporalLayer &&
    a.priority === b.priority
  );
}

/**
 * Gathers wishes for consumers and sends each change once, all of one tick together. A batch that fails is
 * forgotten, so that the next look at the state wishes again.
 */
export class WishBatch {
  readonly #send: (wishes: ConsumerWish[]) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  readonly #told = new Map<string, ConsumerWish>();
  readonly #pending = new Map<string, ConsumerWish>();
  #scheduled = false;

  constructor(send: (wishes: ConsumerWish[]) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#send = send;
    this.#onFailure = onFailure;
  }

  wish(wish: ConsumerWish): void {
    const last = this.#pending.get(wish.consumerId) ?? this.#told.get(wish.consumerId);
    if (last !== undefined && same(last, wish)) return;
    this.#pending.set(wish.consumerId, wish);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.#flush(), 0);
  }

  /** The consumer is gone. */
  forget(consumerId: string): void {
    this.#told.delete(consumerId);
    this.#pending.delete(consumerId);
  }

  clear(): void {
    this.#told.clear();
    this.#pending.clear();
  }

  #flush(): void {
    this.#scheduled = false;
    const wishes = [...this.#pending.values()];
    this.#pending.clear();
    for (let at = 0; at < wishes.length; at += perRequest) this.#sendSome(wishes.slice(at, at + perRequest));
  }

  #sendSome(wishes: ConsumerWish[]): void {
    for (const wish of wishes) this.#told.set(wish.consumerId, wish);
    this.#send(wishes).catch((error: unknown) => {
      for (const wish of wishes) {
        if (this.#told.get(wish.consumerId) === wish) this.#told.delete(wish.consumerId);
      }
      this.#onFailure(error);
    });
  }
}
