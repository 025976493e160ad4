import type { DeviceKey } from '../../../shared/ids.ts';
import { isStaff, may, roleOf } from '../../../shared/records/rights.ts';
import { type Permission, panicRights, permissions } from '../../../shared/roles.ts';
import { openLabel } from '../../e2ee/records/label.ts';
import type { CoreContext } from './context.ts';

export interface RulesViewParts {
  /** Nobody below co-host is heard, for want of a host. */
  readonly frozen: () => boolean;
  /** Name of a device that is or was here, or knocked; null where none is known. */
  readonly nameOf: (device: DeviceKey) => string | null;
}

/** Shows the rules of the meeting, and says what they let anybody do at this moment. */
export class RulesView {
  readonly #context: CoreContext;
  readonly #parts: RulesViewParts;

  constructor(context: CoreContext, parts: RulesViewParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Whether a member has a right at this moment: by the records, and by the presence of a host. */
  mayNow(device: DeviceKey, right: Permission): boolean {
    const { chain } = this.#context.records;
    if (this.#parts.frozen() && panicRights.has(right) && !isStaff(chain, device)) return false;
    return may(chain, device, right);
  }

  /** After records have changed. */
  show(): void {
    const { access, identity, records, store } = this.#context;
    const { chain } = records;
    const { policy, panic, locked, spotlight, viewOnly, backup } = chain;
    store.set({
      policy,
      locked,
      panic,
      spotlight,
      viewOnly,
      label: policy.label !== null && access.known ? openLabel(access.current, policy.label) : null,
      recoverable: backup !== null,
      role: roleOf(chain, identity.key),
    });
    this.showRights();
    this.#showBanned();
  }

  /** After a host came or went. */
  showRights(): void {
    const { identity, store } = this.#context;
    const rights = Object.values(permissions).filter((right) => this.mayNow(identity.key, right));
    const { rights: shown } = store.state;
    if (rights.length !== shown.size || rights.some((right) => !shown.has(right)))
      store.set({ rights: new Set(rights) });
  }

  #showBanned(): void {
    const { identity, records, store } = this.#context;
    const shown = may(records.chain, identity.key, 'remove') ? [...records.chain.banned] : [];
    if (shown.length === 0 && store.state.banned.length === 0) return;
    store.set({ banned: shown.map((device) => ({ device, name: this.#parts.nameOf(device) })) });
  }
}
