import type { DeviceKey } from '../../../shared/ids.ts';
import { inGoodStanding, maySend, roleOf } from '../../../shared/records/chain.ts';
import { sources } from '../../../shared/records/record.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import type { Group } from '../../e2ee/group/group.ts';
import { readCard } from '../../e2ee/identity/card.ts';
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
  /** Names of devices that were here, for "let in by". */
  readonly #names = new Map<DeviceKey, string>();

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Notes a member's own word about its name and hand. */
  said(device: DeviceKey, self: SelfSaid): void {
    this.#said.set(device, self);
  }

  joined(device: DeviceKey, at: number): void {
    this.#said.delete(device);
    this.#since.set(device, at);
  }

  nameOf(device: DeviceKey): string {
    return this.#names.get(device) ?? '';
  }

  handOf(device: DeviceKey): number | null {
    return this.#said.get(device)?.hand ?? null;
  }

  /** The members as the group has them now. Remembers their names. */
  members(group: Group, departed: ReadonlySet<DeviceKey>): readonly CoreMember[] {
    const { identity, link, pins, records } = this.#context;
    const { chain } = records;
    const members = group.roster().map(({ leafIndex, signatureKey, credential }) => {
      const device = deviceOf(signatureKey);
      const card = readCard(credential, link.meeting, device);
      const name = this.#said.get(device)?.name ?? card?.name ?? '';
      this.#names.set(device, name);
      return { leafIndex, device, card, name };
    });
    return members.map(({ leafIndex, device, card, name }): CoreMember => {
      const admission = chain.admitted.get(device);
      return {
        device,
        leaf: leafIndex,
        name,
        self: device === identity.key,
        role: roleOf(chain, device),
        trust: card ? pins.trust(card.lasting, card.name) : 'new',
        admittedBy: admission ? (this.#names.get(admission.by as DeviceKey) ?? null) : null,
        since: this.#since.get(device) ?? admission?.at ?? 0,
        hand: this.#said.get(device)?.hand ?? null,
        blocked: sources.filter((from) => !maySend(chain, device, from)),
        present: !departed.has(device),
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
  }
}
