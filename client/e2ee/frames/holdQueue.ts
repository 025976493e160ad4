/** A frame waits this long for its key. */
export const holdMs = 1_000;
/** And at most this many wait per track. */
export const maxHeld = 60;

/** Frames waiting for a key, oldest first, bounded in number and age. */
export class HoldQueue<T> {
  #items: { readonly item: T; readonly at: number }[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** Adds a frame; returns the one that had to give way, if any. */
  push(item: T, now: number): T | null {
    this.#items.push({ item, at: now });
    return this.#items.length > maxHeld ? (this.#items.shift()?.item ?? null) : null;
  }

  /** Removes and counts frames that waited too long. */
  expire(now: number): number {
    const before = this.#items.length;
    this.#items = this.#items.filter(({ at }) => now - at <= holdMs);
    return before - this.#items.length;
  }

  /** Removes all, with their arrival times, oldest first. */
  take(): readonly { readonly item: T; readonly at: number }[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Puts back a frame taken before, keeping its age. */
  restore(item: T, at: number): void {
    this.#items.push({ item, at });
  }
}
