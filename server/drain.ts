import type { Log } from './log.ts';

/** How often a drain looks whether everyone has left, in milliseconds. */
const LOOK_MS = 1_000;

export interface DrainParts {
  readonly sockets: () => number;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each change, so that people hear of it: by when the server restarts, or that it does not. */
  readonly warn: (until: number | null) => void;
}

/** The time between being told to make room for the next version and having nobody left to disturb. */
export class Drain {
  readonly #parts: DrainParts;
  #until: number | null = null;
  #done: Promise<void> | null = null;
  #end: () => void = () => undefined;

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  /** From here on no meeting begins. */
  get begun(): boolean {
    return this.#until !== null;
  }

  /** By when the server restarts, in milliseconds since 1970; null while it does not drain. */
  get until(): number | null {
    return this.#until;
  }

  /** Whether it stops by itself when nobody is left, so that `takeBack` comes too late. */
  get isFinal(): boolean {
    return this.#done !== null;
  }

  /** Begins no meeting any more, and warns whoever is there; what happens then is up to the caller. */
  start(ms: number): void {
    const { log, sockets, now, warn } = this.#parts;
    log.info({ sockets: sockets(), ms }, 'draining');
    this.#until = now() + ms;
    warn(this.#until);
  }

  /** As an administrator wants it: `start` by so many minutes from now, or with null `takeBack`. */
  set(minutes: number | null): void {
    if (minutes === null) this.takeBack();
    else this.start(minutes * 60_000);
  }

  /** Takes meetings again. False where it is too late. */
  takeBack(): boolean {
    if (this.isFinal) return false;
    if (this.#until !== null) {
      this.#until = null;
      this.#parts.log.info('draining no more');
      this.#parts.warn(null);
    }
    return true;
  }

  /** Drains, and resolves when nobody is connected, `ms` are over, or `end` was called. Idempotent. */
  begin(ms: number): Promise<void> {
    if (this.#done) return this.#done;
    this.start(ms);
    const { sockets } = this.#parts;
    this.#done = new Promise((resolve) => {
      const look = setInterval(() => {
        if (sockets() === 0) this.#end();
      }, LOOK_MS);
      const deadline = setTimeout(() => this.#end(), ms);
      this.#end = () => {
        clearInterval(look);
        clearTimeout(deadline);
        resolve();
      };
      if (sockets() === 0) this.#end();
    });
    return this.#done;
  }

  /** Idempotent. */
  end(): void {
    this.#end();
  }
}
