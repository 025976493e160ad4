import type { Worker } from 'mediasoup/types';

/** How often workers are asked, in ms. */
const EVERY_MS = 2_000;

/** Share of a core that a worker process takes, measured every two seconds. */
export class CpuMeter {
  readonly #worker: Worker;
  readonly #timer: NodeJS.Timeout;
  #before: { readonly used: number; readonly at: number } | null = null;
  #share = 0;

  constructor(worker: Worker, everyMs: number = EVERY_MS) {
    this.#worker = worker;
    this.#timer = setInterval(() => void this.#measure(), everyMs);
    this.#timer.unref();
    worker.observer.once('close', () => this.close());
  }

  /** 0 to 1; 0 before the second measurement. */
  get share(): number {
    return this.#share;
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #measure(): Promise<void> {
    try {
      const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
      const now = { used: ru_utime + ru_stime, at: performance.now() };
      const before = this.#before;
      this.#before = now;
      if (before && now.at > before.at) {
        this.#share = Math.min(1, (now.used - before.used) / (now.at - before.at));
      }
    } catch {
      // It died meanwhile; what it took is of no interest any more.
      this.close();
    }
  }
}
