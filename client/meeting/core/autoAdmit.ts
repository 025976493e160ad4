import { invitationOver } from '../../../shared/records/invitation.ts';
import { isShut, may, mayEnter } from '../../../shared/records/rights.ts';
import type { CoreContext } from './context.ts';
import type { Entrant } from './control.ts';
import type { GroupKeeper } from './groupKeeper.ts';

const TAKE_OVER_MS = 1_200;

/**
 * Lets those in whom the rules let in without asking, by a record that counts their invitation: holders
 * of an invitation past the lobby, and all who qualify where there is no lobby. The first member in line
 * who may admit does it; the next one takes over when it stays silent.
 */
export class AutoAdmit {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #admit: (entrants: readonly Entrant[]) => void;
  #cancel: (() => void) | null = null;
  #due: readonly Entrant[] = [];

  constructor(context: CoreContext, keeper: GroupKeeper, admit: (entrants: readonly Entrant[]) => void) {
    this.#context = context;
    this.#keeper = keeper;
    this.#admit = admit;
  }

  /** Everybody who waits now and whom this device could let in. */
  consider(waiting: readonly Entrant[]): void {
    this.#due = waiting.filter((entrant) => this.#isDue(entrant));
    if (this.#due.length === 0 || this.#cancel) return;
    const { clock, identity, records } = this.#context;
    const admitters = this.#keeper.present().filter((device) => may(records.chain, device, 'admit'));
    const rank = admitters.indexOf(identity.key);
    if (rank < 0) return;
    this.#cancel = clock.after(rank * TAKE_OVER_MS, () => {
      this.#cancel = null;
      const due = this.#due.filter((entrant) => this.#isDue(entrant));
      if (due.length > 0) this.#admit(due);
    });
  }

  #isDue({ device, invitation }: Entrant): boolean {
    const { clock, records } = this.#context;
    const { chain } = records;
    if (mayEnter(chain, device) || chain.banned.has(device) || chain.sentBack.has(device)) return false;
    const by = chain.invitations.get(invitation);
    if (!by || isShut(chain) || invitationOver(by, clock.now())) return false;
    return by.straightIn || !chain.policy.lobby;
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#due = [];
  }
}
