import type { SessionId } from '../meeting/state.ts';

/** Runs something later, once; the returned function cancels it. */
export type Later = (run: () => void) => () => void;

/**
 * Gathers what is said to sessions, so that what happens together costs each of them one message. Each is told what it
 * was meant to hear, in order; sessions that are told the same share one sending.
 */
export class Gatherer<Item> {
  readonly #send: (to: readonly SessionId[], items: readonly Item[]) => void;
  readonly #later: Later;
  /** Items of one sending at most. */
  readonly #most: number;
  #items: Item[] = [];
  #told = new Map<SessionId, number[]>();
  #cancel: (() => void) | null = null;

  constructor(most: number, later: Later, send: (to: readonly SessionId[], items: readonly Item[]) => void) {
    this.#most = most;
    this.#later = later;
    this.#send = send;
  }

  add(to: readonly SessionId[], item: Item): void {
    const index = this.#items.push(item) - 1;
    for (const session of to) {
      const told = this.#told.get(session);
      if (told) told.push(index);
      else this.#told.set(session, [index]);
    }
    if (this.#items.length >= this.#most) this.flush();
    else
      this.#cancel ??= this.#later(() => {
        this.#cancel = null;
        this.flush();
      });
  }

  /** Sends what is gathered, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const [items, told] = [this.#items, this.#told];
    this.#items = [];
    this.#told = new Map();
    const groups = new Map<string, { readonly indices: readonly number[]; readonly to: SessionId[] }>();
    for (const [session, indices] of told) {
      const key = indices.join();
      const group = groups.get(key);
      if (group) group.to.push(session);
      else groups.set(key, { indices, to: [session] });
    }
    for (const { indices, to } of groups.values()) {
      this.#send(
        to,
        // Indices are of these very items.
        indices.flatMap((index) => items[index] ?? []),
      );
    }
  }
}
