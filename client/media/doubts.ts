import type { AuthorshipState } from '../e2ee/frames/messages.ts';
import type { Timers } from './timers.ts';

/** A stream that stays unsigned for this long is not just late. */
const unsignedAlarmMs = 20_000;

/** A received stream, as far as doubts go. */
interface Doubted {
  readonly closed: boolean;
}

/** Received streams that play nothing because nobody signed for them, each until it counts as an attack. */
export class Doubts<Stream extends Doubted> {
  readonly #running = new Map<Stream, () => void>();
  readonly #timers: Timers;
  readonly #accuse: (stream: Stream) => void;

  constructor(timers: Timers, accuse: (stream: Stream) => void) {
    this.#timers = timers;
    this.#accuse = accuse;
  }

  /** Takes the news that `stream` is in `state`. A forgery is one at once. */
  note(stream: Stream, state: AuthorshipState): void {
    this.#drop(stream);
    if (state === 'covered') return;
    if (state === 'forged') return this.#accuse(stream);
    const due = () => {
      this.#drop(stream);
      // The last frames of somebody who left stay unsigned, which says nothing about them once they are back.
      if (!stream.closed) this.#accuse(stream);
    };
    this.#running.set(stream, this.#timers.after(unsignedAlarmMs, due));
  }

  /** Idempotent. */
  close(): void {
    for (const stream of [...this.#running.keys()]) this.#drop(stream);
  }

  #drop(stream: Stream): void {
    this.#running.get(stream)?.();
    this.#running.delete(stream);
  }
}
