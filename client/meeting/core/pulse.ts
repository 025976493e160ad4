import type { DeviceKey, RecordHash } from '../../../shared/ids.ts';
import type { Clock } from '../clock.ts';

const PULSE_MS = 3_000;
/** How long a disagreement may last: a commit or record under way settles within it. */
const PATIENCE_MS = 6_000;

export interface PulseHooks {
  /** Time to show the others that this device is in step. */
  beat(): void;
  alarm(kind: 'fork' | 'stale'): void;
}

/**
 * Watches that all members see the same group and the same records. A message from a later epoch, or
 * a longer chain, that is not followed by what leads there means that the server withholds; a
 * different chain of the same length, or messages that do not open, that the group is split.
 */
export class Pulse {
  readonly #clock: Clock;
  readonly #hooks: PulseHooks;
  #behindSince: number | null = null;
  #splitSince: number | null = null;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, hooks: PulseHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  start(): void {
    if (this.#cancel) return;
    this.#cancel = this.#clock.after(PULSE_MS, () => {
      this.#cancel = null;
      this.#hooks.beat();
      this.#judge();
      this.start();
    });
  }

  /** Another member's pulse, opened, so of this epoch. */
  heard(
    _from: DeviceKey,
    theirs: { head: RecordHash; length: number },
    own: { head: RecordHash; length: number },
  ): void {
    if (theirs.length > own.length) this.#behindSince ??= this.#clock.now();
    else if (theirs.length === own.length) {
      if (theirs.head !== own.head) this.#splitSince ??= this.#clock.now();
      else this.inStep();
    }
  }

  /** A message of an epoch that has not been reached. */
  ahead(): void {
    this.#behindSince ??= this.#clock.now();
  }

  /** A message of this epoch that does not open: another epoch of the same number. */
  unreadable(): void {
    this.#splitSince ??= this.#clock.now();
  }

  /** The epoch advanced, or a pulse agreed. */
  inStep(): void {
    this.#behindSince = null;
    this.#splitSince = null;
  }

  #judge(): void {
    const now = this.#clock.now();
    if (this.#splitSince !== null && now - this.#splitSince >= PATIENCE_MS) this.#hooks.alarm('fork');
    else if (this.#behindSince !== null && now - this.#behindSince >= PATIENCE_MS) this.#hooks.alarm('stale');
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.inStep();
  }
}
