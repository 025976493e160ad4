/**
 * Which counters of one KID were seen. Holds the newest 1024: about 20 s of audio at 50 frames/s and
 * 11 s of three 30 frames/s video layers, longer than an old key lives. Older counters count as seen.
 */
export class ReplayWindow {
  static readonly size = 1024;
  readonly #seen = new Uint32Array(ReplayWindow.size / 32);
  #highest = -1;

  /** Whether `ctr` has not been accepted yet and is not too old to tell. */
  isFresh(ctr: number): boolean {
    if (ctr > this.#highest) return true;
    if (ctr <= this.#highest - ReplayWindow.size) return false;
    const bit = ctr % ReplayWindow.size;
    return ((this.#seen[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0;
  }

  /** Notes an authenticated counter. Call only after the frame verified, so that forgeries move nothing. */
  accept(ctr: number): void {
    if (ctr > this.#highest) {
      if (ctr - this.#highest >= ReplayWindow.size) this.#seen.fill(0);
      else for (let passed = this.#highest + 1; passed < ctr; passed++) this.#clear(passed);
      this.#highest = ctr;
    }
    const bit = ctr % ReplayWindow.size;
    const word = bit >>> 5;
    this.#seen[word] = (this.#seen[word] ?? 0) | (1 << (bit & 31));
  }

  #clear(ctr: number): void {
    const bit = ctr % ReplayWindow.size;
    const word = bit >>> 5;
    this.#seen[word] = (this.#seen[word] ?? 0) & ~(1 << (bit & 31));
  }
}
