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

/** A hand that claims to have been up for longer than this when others went up goes behind them. */
const LATE_MS = 10_000;
/** For so long after this device came, the others tell it of hands that went up before. */
const TOLD_MS = 15_000;

interface SelfSaid {
  readonly name: string;
  readonly hand: number | null;
}

interface Heard extends SelfSaid {
  /** When the hand went up by its owner's word; `hand` is its place in line. */
  readonly claimed: number | null;
}

/** The people list: exactly the leaves of the group, with what each says of itself. */
export class Roster {
  readonly #context: CoreContext;
  /** What members said of themselves after they joined. */
  readonly #said = new Map<DeviceKey, Heard>();
  /** Hands that a moderator lowered, by when they were raised. */
  readonly #lowered = new Map<DeviceKey, number>();
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

  /** Notes a member's own word about its name and hand, which may have crossed with the lowering of that hand. */
  said(device: DeviceKey, { name, hand }: SelfSaid): void {
    const isLowered = hand !== null && hand === this.#lowered.get(device);
    const claimed = isLowered ? null : hand;
    this.#said.set(device, { name, hand: this.#place(device, claimed), claimed });
  }

  /** Notes that a moderator lowered a hand. */
  lowered(device: DeviceKey, name: string): void {
    const claimed = this.#said.get(device)?.claimed ?? null;
    if (claimed !== null) this.#lowered.set(device, claimed);
    this.#said.set(device, { name, hand: null, claimed: null });
  }

  /** Notes a newcomer; to be called before it is remembered. */
  joined(device: DeviceKey, card: Card | null, at: number): void {
    this.#said.delete(device);
    this.#lowered.delete(device);
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

  /** Leaves that no record accounts for, or that the records keep out. */
  unaccounted(group: Group, departed: ReadonlySet<DeviceKey>): readonly DeviceKey[] {
    const { access, records } = this.#context;
    const { chain } = records;
    const barred = (device: DeviceKey) => {
      const card = this.#cards.get(device);
      return card ? access.bars.keepsOut(chain, device, card) : false;
    };
    return group
      .roster()
      .map((member) => deviceOf(member.signatureKey))
      .filter((device) => (!inGoodStanding(chain, device) || barred(device)) && !departed.has(device));
  }

  clear(): void {
    this.#said.clear();
    this.#since.clear();
    this.#trust.clear();
    this.#cards.clear();
    this.#identities.clear();
  }

  /** Where a hand stands in line: by its owner's clock, as far as that fits what was seen here. */
  #place(device: DeviceKey, claimed: number | null): number | null {
    if (claimed === null) return null;
    const known = this.handOf(device);
    if (known !== null) return known;
    const { clock, identity } = this.#context;
    const now = clock.now();
    const place = Math.min(claimed, now);
    if (now - (this.#since.get(identity.key) ?? now) < TOLD_MS) return place;
    const last = Math.max(...[...this.#said.values()].map(({ hand }) => hand ?? Number.NEGATIVE_INFINITY));
    return place < last - LATE_MS ? last + 1 : place;
  }
}
