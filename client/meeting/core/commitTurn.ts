import type { Clock } from '../clock.ts';

/**
 * How long the first in line gathers work, so that people who come together cost one commit: the longer the more members
 * have to take it.
 */
const GATHER_MS = { least: 80, each: 2.5, most: 2_000 } as const;
/** How long each further member waits before it takes over from a silent one. */
const TAKE_OVER_MS = 1_200;
/** Fresh keys at least every five minutes: the first in line begins a little earlier. */
const REKEY_MS = 4 * 60_000;
const REKEY_TAKE_OVER_MS = 5_000;

/**
 * Decides when this device commits. All members see the same work; the one with the lowest leaf goes
 * first and the next takes over when it stays silent. Pure but for its timer.
 */
export class CommitTurn {
  readonly #clock: Clock;
  readonly #commit: (turn: { readonly rekey: boolean }) => Promise<void>;
  #cancel: (() => void) | null = null;
  #workSince: number | null = null;
  #epochSince = 0;
  #epochs = 0;
  #hurry = false;
  #notBefore = 0;

  /** `commit` is called when it is this device's turn, for due work or, with `rekey`, for fresh keys too. */
  constructor(clock: Clock, commit: (turn: { readonly rekey: boolean }) => Promise<void>) {
    this.#clock = clock;
    this.#commit = commit;
  }

  /** The next work is this device's own decision: no waiting for a turn. */
  hurry(): void {
    this.#hurry = true;
  }

  newEpoch(): void {
    this.#epochSince = this.#clock.now();
    this.#epochs += 1;
    this.#workSince = null;
    this.#hurry = false;
    this.#notBefore = 0;
  }

  retryAfter(ms: number): void {
    this.#notBefore = this.#clock.now() + ms;
  }

  /** Looks at the situation again. `rank` is the place in line among `members`, 0 first. */
  consider(work: boolean, rank: number, members: number): void {
    this.#cancel?.();
    this.#cancel = null;
    const now = this.#clock.now();
    if (!work) this.#workSince = null;
    else this.#workSince ??= now;
    // The turn for fresh keys goes round, so that every leaf is renewed in time.
    const rekeyRank = members > 0 ? (rank + this.#epochs) % members : 0;
    const rekeyAt = this.#epochSince + REKEY_MS + rekeyRank * REKEY_TAKE_OVER_MS;
    const gather = Math.min(GATHER_MS.most, Math.max(GATHER_MS.least, members * GATHER_MS.each));
    const workAt =
      this.#workSince === null
        ? Number.POSITIVE_INFINITY
        : this.#workSince + (this.#hurry ? 0 : gather + rank * TAKE_OVER_MS);
    const at = Math.max(Math.min(workAt, rekeyAt), this.#notBefore);
    this.#cancel = this.#clock.after(Math.max(0, at - now), () => {
      this.#cancel = null;
      // A turn that came to nothing is taken up again when the next entry or retry asks.
      const again = () => this.#again(work, rank, members);
      this.#commit({ rekey: this.#clock.now() >= rekeyAt }).then(again, again);
    });
  }

  #again(work: boolean, rank: number, members: number): void {
    if (this.#cancel || this.#epochSince === 0) return;
    this.#notBefore = Math.max(this.#notBefore, this.#clock.now() + TAKE_OVER_MS);
    this.consider(work, rank, members);
  }

  /** No more turns until the next `consider`. Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#epochSince = 0;
  }
}
