import type { Clock } from '../../client/meeting/clock.ts';

interface Waiting {
  readonly task: () => void;
  timer: ReturnType<typeof setTimeout>;
  at: number;
}

/** Real time for real servers, with the long waits of the rules left out: `skip` lets hours be over at once. */
export class SkippingClock implements Clock {
  #ahead = 0;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return Date.now() + this.#ahead;
  }

  after(ms: number, task: () => void): () => void {
    const entry: Waiting = { task, at: this.now() + ms, timer: setTimeout(() => this.#run(entry), ms) };
    this.#waiting.add(entry);
    return () => {
      clearTimeout(entry.timer);
      this.#waiting.delete(entry);
    };
  }

  /** Runs what falls due within `ms`, in order; the rest waits that much less. */
  skip(ms: number): void {
    const end = this.now() + ms;
    for (const entry of [...this.#waiting].toSorted((one, other) => one.at - other.at)) {
      clearTimeout(entry.timer);
      if (entry.at > end) entry.timer = setTimeout(() => this.#run(entry), entry.at - end);
      else if (this.#waiting.has(entry)) {
        this.#ahead = Math.max(this.#ahead, entry.at - Date.now());
        this.#run(entry);
      }
    }
    this.#ahead = Math.max(this.#ahead, end - Date.now());
  }

  #run(entry: Waiting): void {
    this.#waiting.delete(entry);
    entry.task();
  }
}
