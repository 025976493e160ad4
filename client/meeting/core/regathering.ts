import type { DeviceKey } from '../../../shared/ids.ts';
import type { Clock } from '../clock.ts';

/** How long the others have to come back: longer than the longest wait between two tries to connect; in ms. */
const RETURN_MS = 5_000;

/**
 * Waits, after the group was lost and another one begun, until those who were in it are back: what is said before
 * reaches only who is there, since newcomers read nothing from before their time. Who stays away is not waited for.
 */
export class Regathering {
  readonly #clock: Clock;
  readonly #onGathered: () => void;
  #awaited: readonly DeviceKey[] | null = null;
  #cancel: (() => void) | null = null;

  /** `onGathered` is called once for each loss. */
  constructor(clock: Clock, onGathered: () => void) {
    this.#clock = clock;
    this.#onGathered = onGathered;
  }

  /** The group is lost, with these others in it. A loss on the way back in changes nothing. */
  lost(others: readonly DeviceKey[]): void {
    this.#awaited ??= others;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** The others that are in the group now. */
  here(others: readonly DeviceKey[]): void {
    if (this.#awaited === null || others.length === 0) return;
    const there = new Set(others);
    if (this.#awaited.every((device) => there.has(device))) return this.#gathered();
    this.#cancel ??= this.#clock.after(RETURN_MS, () => this.#gathered());
  }

  /** Idempotent. */
  stop(): void {
    this.#awaited = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  #gathered(): void {
    this.stop();
    this.#onGathered();
  }
}
