import type { Sample } from '../../shared/protocol/admin.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../signaling/clock.ts';
import { EVERY_MS, noSamples, type Reading, withReading } from './samples.ts';

/** Takes a reading every half minute, and keeps the samples of an hour in memory. */
export class Sampler {
  readonly #read: () => Promise<Reading>;
  readonly #clock: Clock;
  readonly #log: Log;
  #samples = noSamples;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(read: () => Promise<Reading>, clock: Clock, log: Log) {
    this.#read = read;
    this.#clock = clock;
    this.#log = log;
    void this.#take();
  }

  /** Oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples.kept;
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #take(): Promise<void> {
    try {
      this.#samples = withReading(this.#samples, await this.#read());
    } catch (error) {
      this.#log.warn({ error }, 'a sample is missing');
    }
    if (this.#closed) return;
    this.#cancel = this.#clock.at(this.#clock.now() + EVERY_MS, () => void this.#take());
  }
}
