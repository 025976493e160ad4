import { ProtocolError } from '../../../shared/errors.ts';

interface Waiting {
  readonly pass: () => void;
  readonly refuse: (error: ProtocolError) => void;
}

/**
 * Keeps what the server answers only to a proven device until this connection's has proven itself. Asked before that,
 * the server refuses, and whatever was asked would wait for its next turn while the way is open.
 */
export class ProofGate {
  readonly #waiting = new Set<Waiting>();
  #open = false;

  get open(): boolean {
    return this.#open;
  }

  /** The device is proven: all that waited goes on, in its order. */
  unlock(): void {
    this.#open = true;
    for (const { pass } of this.#waiting) pass();
    this.#waiting.clear();
  }

  /** The proof failed, or the connection is gone: what waited is refused, and what comes next waits for another proof. */
  lock(error: ProtocolError): void {
    this.#open = false;
    for (const { refuse } of this.#waiting) refuse(error);
    this.#waiting.clear();
  }

  /** Resolves once the device is proven. Throws ProtocolError: what `lock` was given, or `unavailable` after `ms`. */
  passed(ms: number): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        pass: () => {
          leave();
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiting.refuse(new ProtocolError('unavailable')), ms);
      this.#waiting.add(waiting);
    });
  }
}
