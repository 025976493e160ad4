import type { DeviceKey } from '../../../shared/ids.ts';
import { sources } from '../../../shared/records/record.ts';
import { inGoodStanding, maySend, roleOf } from '../../../shared/records/rights.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { Card } from '../../e2ee/identity/card.ts';
import type { Trust } from '../../e2ee/identity/pins.ts';
import type { IdentityView } from '../view.ts';
import type { CoreContext } from './context.ts';
import type { CoreMember } from './state.ts';

interface SelfSaid {
  readonly name: string;
  readonly hand: number | null;
}

/** The people list: exactly the leaves of the group, with what each says of itself. */
export class Roster {
  readonly #context: CoreContext;
  /** What members said of themselves after they joined. */
  readonly #said = new Map<DeviceKey, SelfSaid>();
  readonly #since = new Map<DeviceKey, number>();
  /** How each stood to this device when it came; meeting now does not make anybody known. */
  readonly #trust = new Map<DeviceKey, Trust>();
  /** Verified once: the group lets no leaf change its credential while it stays. */
  readonly #cards = new Map<DeviceKey, Card | null>();
  /** Whom the meeting's identity provider vouches for. */
  readonly #identities = new Map<DeviceKey, IdentityView>();
  /** Changed identities that the person has acknowledged. */
  readonly #accepted = new Set<DeviceKey>();
  /** Names of devices that were here, for "let in by". */
  readonly #names = new Map<DeviceKey, string>();

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Notes a member's own word about its name and hand. */
  said(device: DeviceKey, self: SelfSaid): void {
    this.#said.set(device, self);
  }

  /** Notes a newcomer; to be called before it is remembered. */
  joined(device: DeviceKey, card: Card | null, at: number): void {
    this.#said.delete(device);
    this.#since.set(device, at);
    this.#cards.set(device, card);
    this.#trust.set(device, card ? this.#context.pins.trust(card.lasting, card.name) : 'new');
  }

  /** A changed identity that the person has not acknowledged: nothing of it is shown or heard. */
  heldBack(device: DeviceKey): boolean {
    return this.trustIn(device) === 'changed' && !this.#accepted.has(device);
  }

  accept(device: DeviceKey): void {
    this.#accepted.add(device);
  }

  /** A provider's signature on who this is has been verified. */
  identified(device: DeviceKey, identity: IdentityView): void {
    this.#identities.set(device, identity);
  }

  /** The member took a name that belongs to somebody else. */
  distrust(device: DeviceKey): void {
    this.#trust.set(device, 'changed');
    this.#accepted.delete(device);
  }

  lastingOf(device: DeviceKey): DeviceKey | null {
    return this.#cards.get(device)?.lasting ?? null;
  }

  /** People compared the code with this member. */
  verified(device: DeviceKey): void {
    this.#trust.set(device, 'verified');
  }

  trustIn(device: DeviceKey): Trust {
    return this.#trust.get(device) ?? 'new';
  }

  nameOf(device: DeviceKey): string {
    return this.#names.get(device) ?? '';
  }

  handOf(device: DeviceKey): number | null {
    return this.#said.get(device)?.hand ?? null;
  }

  /** The members as the group has them now. Remembers their names. */
  members(group: Group, departed: ReadonlySet<DeviceKey>): readonly CoreMember[] {
    const { identity, records } = this.#context;
    const { chain } = records;
    const members = group.roster().map(({ leafIndex, signatureKey }) => {
      const device = deviceOf(signatureKey);
      const name = this.#said.get(device)?.name ?? this.#cards.get(device)?.name ?? '';
      this.#names.set(device, name);
      return { leafIndex, device, name };
    });
    return members.map(({ leafIndex, device, name }): CoreMember => {
      const admission = chain.admitted.get(device);
      return {
        device,
        leaf: leafIndex,
        name,
        self: device === identity.key,
        role: roleOf(chain, device),
        trust: this.trustIn(device),
        admittedBy: admission ? (this.#names.get(admission.by as DeviceKey) ?? null) : null,
        invitation: admission?.invitation ?? null,
        identity: this.#identities.get(device) ?? null,
        since: this.#since.get(device) ?? admission?.at ?? 0,
        hand: this.#said.get(device)?.hand ?? null,
        blocked: sources.filter((from) => !maySend(chain, device, from)),
        present: !departed.has(device),
        heldBack: this.heldBack(device),
      };
    });
  }

  /** Leaves that no record accounts for. */
  unaccounted(group: Group, departed: ReadonlySet<DeviceKey>): readonly DeviceKey[] {
    const { chain } = this.#context.records;
    return group
      .roster()
      .map((member) => deviceOf(member.signatureKey))
      .filter((device) => !inGoodStanding(chain, device) && !departed.has(device));
  }

  clear(): void {
    this.#said.clear();
    this.#since.clear();
    this.#trust.clear();
    this.#cards.clear();
    this.#identities.clear();
  }
}
