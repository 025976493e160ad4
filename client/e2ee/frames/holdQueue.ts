/** A frame waits this long for its key. */
export const holdMs = 1_000;
/** At most this many wait per track, */
export const maxHeld = 60;
/** with at most this many bytes together. */
export const maxHeldBytes = 8 * 1024 * 1024;

/** A frame that waits. */
export interface Held<T> {
  readonly item: T;
  readonly bytes: number;
  readonly at: number;
}

/** Frames waiting for a key, oldest first, bounded in number, size and age. */
export class HoldQueue<T> {
  #items: Held<T>[] = [];
  #bytes = 0;

  get size(): number {
    return this.#items.length;
  }

  /** Adds a frame at the end; returns how many of the oldest had to give way. */
  push(held: Held<T>): number {
    this.#items.push(held);
    this.#bytes += held.bytes;
    let dropped = 0;
    while (this.#items.length > maxHeld || this.#bytes > maxHeldBytes) {
      this.#bytes -= this.#items.shift()?.bytes ?? 0;
      dropped++;
    }
    return dropped;
  }

  /** Removes and counts frames that waited too long. */
  expire(now: number): number {
    let dropped = 0;
    for (
      let oldest = this.#items[0];
      oldest !== undefined && now - oldest.at > holdMs;
      oldest = this.#items[0]
    ) {
      this.#items.shift();
      this.#bytes -= oldest.bytes;
      dropped++;
    }
    return dropped;
  }

  /** Removes all, oldest first; `push` puts one back. */
  take(): readonly Held<T>[] {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    return items;
  }
}
