import { isShut, isStaff, may } from '../../../shared/records/rights.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';

const TAKE_OVER_MS = 2_000;

/**
 * Locks the meeting some minutes after a host came, where the rules say so: once, and not against the
 * word of a host who locked or unlocked it since.
 */
export class AutoLock {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #lock: () => void;
  #cancel: (() => void) | null = null;
  #startedAt: number | null = null;
  #minutes: number | null = null;
  #decided = false;

  constructor(context: CoreContext, keeper: GroupKeeper, lock: () => void) {
    this.#context = context;
    this.#keeper = keeper;
    this.#lock = lock;
  }

  /** A host locked or unlocked: the door is in human hands. */
  decided(): void {
    this.#decided = true;
    this.stop();
  }

  /** Looks again, after people or rules have changed. */
  consider(): void {
    const { clock, identity, records } = this.#context;
    const { chain } = records;
    if (!this.#keeper.group || this.#decided) return;
    if (this.#keeper.present().some((device) => isStaff(chain, device))) this.#startedAt ??= clock.now();
    const minutes = may(chain, identity.key, 'govern') ? chain.policy.autoLockMinutes : null;
    if (this.#startedAt === null || minutes === this.#minutes) return;
    this.stop();
    this.#minutes = minutes;
    if (minutes === null) return;
    const governors = this.#keeper.present().filter((device) => may(chain, device, 'govern'));
    const rank = Math.max(0, governors.indexOf(identity.key));
    const due = this.#startedAt + minutes * 60_000 + rank * TAKE_OVER_MS;
    this.#cancel = clock.after(Math.max(0, due - clock.now()), () => {
      this.#decided = true;
      if (this.#keeper.group && !isShut(records.chain)) this.#lock();
    });
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#minutes = null;
  }
}
