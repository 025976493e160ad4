import type { Timers } from '../../../client/media/timers.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import type { ProducerInfo } from '../../../shared/protocol/media.ts';
import type { Source } from '../../../shared/records/record.ts';

export function device(number: number): DeviceKey {
  return deviceKey.parse(toBase64Url(new Uint8Array(32).fill(number)));
}

export function producer(number: number, source: Source, paused = false, id = 'first'): ProducerInfo {
  return { producerId: `${id}-${number}-${source}`, device: device(number), source, paused };
}

/** Time that stands still until it is moved. */
export class ManualTimers implements Timers {
  #now = 0;
  readonly #due: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + ms, callback };
    this.#due.push(entry);
    return () => {
      const at = this.#due.indexOf(entry);
      if (at !== -1) this.#due.splice(at, 1);
    };
  }

  /** Moves on by `ms`, calling what falls due, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.#now = next.at;
      next.callback();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }
}
