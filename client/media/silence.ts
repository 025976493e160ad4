import { rounds, type Timers } from './timers.ts';

const roundMs = 500;
/** So many rounds with something heard in each make a flow. */
const flowRounds = 4;
/** So many rounds without anything end it. */
const silentRounds = 3;
/** For so many rounds it is said that a flow has ended. */
const toldRounds = 6;

/**
 * Notices within two seconds that nothing comes from the media server any more. A device that gets another address in
 * the same network is told of it neither by the browser's events nor by ICE, which stays connected for longer than that.
 */
export class SilenceWatch {
  readonly #heard: () => Promise<number | null>;
  readonly #onSilence: () => void;
  readonly #stop: () => void;
  #closed = false;
  #last: number | null = null;
  #flowing = 0;
  #silent = 0;

  /**
   * @param heard bytes that came from the media server so far; null where nothing is known
   * @param onSilence a flow has ended; called every half second while it has not begun again, for three seconds
   */
  constructor(timers: Timers, heard: () => Promise<number | null>, onSilence: () => void) {
    this.#heard = heard;
    this.#onSilence = onSilence;
    this.#stop = rounds(timers, roundMs, () => this.#listen());
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  async #listen(): Promise<void> {
    // A connection that closes while it is asked tells nothing.
    this.#take(await this.#heard().catch(() => null));
  }

  #take(heard: number | null): void {
    const last = this.#last;
    this.#last = heard;
    if (this.#closed) return;
    // Less than before is another connection, whose flow is yet to begin.
    if (heard === null || last === null || heard < last) {
      this.#flowing = 0;
      this.#silent = 0;
    } else if (heard > last) {
      this.#flowing = Math.min(this.#flowing + 1, flowRounds);
      this.#silent = 0;
    } else if (this.#flowing < flowRounds) {
      this.#flowing = 0;
    } else if (++this.#silent >= silentRounds) {
      if (this.#silent === silentRounds + toldRounds) {
        this.#flowing = 0;
        this.#silent = 0;
      } else {
        this.#onSilence();
      }
    }
  }
}
