import type { Clock } from '../signaling/clock.ts';

/** How long a part may wait for the one before it, which may take another connection. Milliseconds. */
const PATIENCE_MS = 5_000;
/** How often it is looked for where another server may have written it. Milliseconds. */
const LOOK_MS = 100;

/** Requests that append to one file: one at a time, each when all before its part is there. */
export class Line {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #busy = false;
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Requests that write or wait. */
  get size(): number {
    return this.#size;
  }

  /**
   * Runs `write` when `reached` says that the file ends at `offset`; null where it ends further on, or the part
   * before does not come in time.
   */
  async take<Value>(
    offset: number,
    reached: () => Promise<number>,
    write: () => Promise<Value>,
  ): Promise<Value | null> {
    this.#size += 1;
    try {
      if (!(await this.#turn(offset, reached))) return null;
      try {
        return await write();
      } finally {
        this.#busy = false;
        for (const wake of this.#waiting) wake();
      }
    } finally {
      this.#size -= 1;
    }
  }

  async #turn(offset: number, reached: () => Promise<number>): Promise<boolean> {
    const end = this.#clock.now() + PATIENCE_MS;
    for (;;) {
      const length = this.#busy ? null : await reached();
      if (length !== null && !this.#busy) {
        if (length === offset) {
          this.#busy = true;
          return true;
        }
        if (length > offset || this.#clock.now() >= end) return false;
      }
      await this.#change(end);
    }
  }

  /** Until somebody has written, may have elsewhere, or it is `end`. While one writes, however long, the others wait. */
  #change(end: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const look = Math.min(end, this.#clock.now() + LOOK_MS);
      const cancel = this.#busy ? () => undefined : this.#clock.at(look, wake);
      this.#waiting.add(wake);
    });
  }
}
