import { isStaff } from '../../../shared/records/rights.ts';
import type { HostGoneView } from '../view.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';

/** As the server waits: a reload of the host's page must not silence a class. */
const FREEZE_MS = 15_000;

export interface HostWatchHooks {
  /** From now on nobody below co-host is heard, for want of a host. */
  onFreeze(): void;
  /** The meeting is over for want of a host. */
  onEnd(): void;
}

/**
 * Notices that the last host or co-host is gone and says what follows before it happens. The server
 * enforces it for media; this device for what is said inside the group.
 */
export class HostWatch {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #hooks: HostWatchHooks;
  #seen = false;
  #cancel: (() => void) | null = null;

  constructor(context: CoreContext, keeper: GroupKeeper, hooks: HostWatchHooks) {
    this.#context = context;
    this.#keeper = keeper;
    this.#hooks = hooks;
  }

  /** Nobody below co-host is heard now. */
  get frozen(): boolean {
    const { hostGone } = this.#context.store.state;
    return hostGone?.next === 'freeze' && hostGone.now;
  }

  /** Looks again, after people or rules have changed. */
  consider(): void {
    const { clock, records, store } = this.#context;
    if (!this.#keeper.group) return;
    const there = this.#keeper.present().some((device) => isStaff(records.chain, device));
    this.#seen ||= there;
    const { hostGone, hostGoneMinutes } = records.chain.policy;
    if (there || !this.#seen || hostGone === 'continue') return this.#clear();
    if (store.state.hostGone?.next === hostGone) return;
    this.#cancel?.();
    const wait = hostGone === 'freeze' ? FREEZE_MS : hostGoneMinutes * 60_000;
    const gone: HostGoneView = { next: hostGone, at: clock.now() + wait, now: false };
    store.set({ hostGone: gone });
    this.#cancel = clock.after(wait, () => {
      this.#cancel = null;
      store.set({ hostGone: { ...gone, now: true } });
      if (gone.next === 'end') this.#hooks.onEnd();
      else this.#hooks.onFreeze();
    });
  }

  /** Idempotent. */
  stop(): void {
    this.#seen = false;
    this.#clear();
  }

  #clear(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#context.store.state.hostGone) this.#context.store.set({ hostGone: null });
  }
}
