import { equalBytes } from '../../../shared/bytes.ts';
import type { DeviceKey, InvitationKey, KnockId } from '../../../shared/ids.ts';
import type { Knock } from '../../../shared/protocol/lobby.ts';
import { invitationOver } from '../../../shared/records/invitation.ts';
import { isRemembered, may, mayEnterBy } from '../../../shared/records/rights.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import { KnockError, openKnock } from '../../e2ee/admission/knock.ts';
import { staffIdentity } from '../../e2ee/admission/staffRule.ts';
import { GroupError } from '../../e2ee/group/error.ts';
import { inspectKeyPackage } from '../../e2ee/group/keyPackage.ts';
import { type Card, readCard } from '../../e2ee/identity/card.ts';
import type { IdentityView, KnockView } from '../view.ts';
import type { Committer } from './committer.ts';
import type { CoreContext } from './context.ts';
import type { Entrant } from './control.ts';

export interface OpenedKnock {
  readonly knock: Knock;
  readonly keyPackage: Uint8Array;
  readonly card: Card;
  readonly message: string;
  readonly replyKey: Uint8Array;
  /** Whom the meeting's identity provider vouches for. */
  readonly identity: IdentityView | null;
}

/** Opens the knocks of others, shows them to those who decide, and passes on who may come in. */
export class Porter {
  readonly #context: CoreContext;
  readonly #committer: Committer;
  readonly #sealed = new Map<KnockId, Knock>();
  readonly #opened = new Map<KnockId, OpenedKnock>();
  /** Whom each knock is of, for good: its id is the server's, and the person on screen is who is meant. */
  readonly #owners = new Map<KnockId, DeviceKey>();
  readonly #knockedBy = new Map<InvitationKey, Set<DeviceKey>>();
  /** Names on the cards of those who knocked; a barred device is known by it afterwards. */
  readonly #names = new Map<DeviceKey, string>();
  /** Newest first; older ones open knocks that were sealed before a change. */
  #lobbySeeds: readonly Uint8Array[] = [];

  /** Told of a device at the door whose owner was barred from the series. */
  onBarred: (device: DeviceKey) => void = () => undefined;
  /** Told who waits, whenever that or the rules change. */
  onWaiting: (entrants: readonly Entrant[]) => void = () => undefined;

  constructor(context: CoreContext, committer: Committer) {
    this.#context = context;
    this.#committer = committer;
  }

  /** The private lobby key, from this device's storage or from another host. */
  async takeLobbySeed(seed: Uint8Array): Promise<void> {
    this.#lobbySeeds = [seed, ...this.#lobbySeeds];
    const waiting = [...this.#sealed.values()];
    this.#sealed.clear();
    await this.#take(waiting);
  }

  get lobbySeeds(): readonly Uint8Array[] {
    return this.#lobbySeeds;
  }

  get lobbySeed(): Uint8Array | null {
    return this.#lobbySeeds[0] ?? null;
  }

  /** Changes in the line of those who knock. */
  async take(added: readonly Knock[], removed: readonly KnockId[]): Promise<void> {
    for (const knockId of removed) {
      this.#sealed.delete(knockId);
      this.#opened.delete(knockId);
      this.#committer.withdraw(knockId);
    }
    await this.#take(added);
  }

  async #take(knocks: readonly Knock[]): Promise<void> {
    for (const knock of knocks) {
      const owner = this.#owners.get(knock.knockId) ?? knock.device;
      if (owner !== knock.device) continue;
      this.#owners.set(knock.knockId, owner);
      if (knock.kind === 'lobby' && this.#lobbySeeds.length === 0) {
        this.#sealed.set(knock.knockId, knock);
        continue;
      }
      const opened = await this.#open(knock);
      if (opened) {
        this.#opened.set(knock.knockId, opened);
        this.#context.bans.seen(knock.device, opened.card);
        const known = this.#knockedBy.get(knock.invitation) ?? new Set();
        this.#knockedBy.set(knock.invitation, known.add(knock.device));
      } else this.#turnAway(knock.knockId);
    }
    this.reconsider();
  }

  /** Null for a knock that does not come from a holder of the link or is not what it should be. */
  async #open(knock: Knock): Promise<OpenedKnock | null> {
    const { access, link, records, clock } = this.#context;
    try {
      const { keyPackage, message, replyKey } = openKnock(
        access.current,
        knock.device,
        knock,
        this.#lobbySeeds,
      );
      const inspected = await inspectKeyPackage(keyPackage, clock.now());
      const genuine =
        deviceOf(inspected.signatureKey) === knock.device &&
        equalBytes(inspected.ref, knock.keyPackageRef) &&
        inspected.suite === records.chain.groupSuite;
      const card = genuine ? readCard(inspected.credential, link.meeting, knock.device) : null;
      if (!card) return null;
      const proven = await staffIdentity(card, records.chain.policy.staff, clock.now());
      this.#names.set(knock.device, card.name);
      const { issuer = '', name = null, email = null, agency = '' } = proven ?? {};
      const identity = proven && { issuer, name, email, agency };
      return { knock, keyPackage, card, message, replyKey, identity };
    } catch (error) {
      if (error instanceof KnockError || error instanceof GroupError) return null;
      throw error;
    }
  }

  #turnAway(knockId: KnockId): void {
    const { records, identity, signaling } = this.#context;
    if (!may(records.chain, identity.key, 'admit')) return;
    signaling.request('lobby:deny', { knockIds: [knockId] }).catch(() => undefined);
  }

  /**
   * Whether a knock may be answered with yes: its invitation still lets somebody in, and the rules about
   * who may come allow it.
   */
  #mayBeLetIn({ knock, identity }: OpenedKnock): boolean {
    const { clock, records } = this.#context;
    const { chain } = records;
    if (isRemembered(chain, knock.device) || chain.sentBack.has(knock.device)) return true;
    const invitation = chain.invitations.get(knock.invitation);
    if (!invitation || invitationOver(invitation, clock.now())) return false;
    const { who } = chain.policy;
    return who === 'anyone' || identity !== null || (who === 'invited' && invitation.personal);
  }

  /** Whether the person was barred from the series: by the records, or by what this device keeps of it. */
  #isBarred({ knock: { device }, card }: OpenedKnock): boolean {
    const { access, bans, records } = this.#context;
    const { chain } = records;
    if (access.bars.keepsOut(chain, device, card)) return true;
    return bans.has(card.lasting) && !chain.pardoned.has(device);
  }

  /** After records changed: who may enter now is offered to the group, the others are shown. */
  reconsider(): void {
    const { access, bans, clock, records, store, pins } = this.#context;
    const mayRemove = records.known && may(records.chain, this.#context.identity.key, 'remove');
    const shown: KnockView[] = [];
    const waiting: Entrant[] = [];
    for (const opened of [...this.#opened.values()]) {
      const { knock, keyPackage, card, message, identity } = opened;
      const { knockId, device, at, invitation } = knock;
      if (this.#isBarred(opened)) {
        this.#opened.delete(knockId);
        if (mayRemove) this.onBarred(device);
        else this.#turnAway(knockId);
      } else if (mayEnterBy(records.chain, device, invitation, clock.now())) {
        this.#committer.offer({ knockId, device, keyPackage });
      } else if (!this.#mayBeLetIn(opened)) {
        this.#opened.delete(knockId);
        this.#turnAway(knockId);
      } else if (knock.kind === 'lobby') {
        waiting.push({ device, invitation });
        shown.push({
          knockId,
          device,
          name: card.name,
          message,
          at,
          trust: pins.trust(card.lasting, card.name),
          invitation,
          identity,
          likeBanned: bans.hasName(card.name) || access.bars.marksName(records.chain, card.name),
        });
      }
    }
    store.set({ knocks: shown });
    this.onWaiting(waiting);
  }

  /** The name a device knocked with; null where this device never read it. */
  nameOf(device: DeviceKey): string | null {
    return this.#names.get(device) ?? null;
  }

  /** What was opened of some knocks; those that are gone are passed over. */
  openedOf(knockIds: readonly KnockId[]): OpenedKnock[] {
    return knockIds.flatMap((knockId) => this.#opened.get(knockId) ?? []);
  }

  /** Devices that knocked by an invitation since this device is here. */
  knockedBy(invitation: InvitationKey): ReadonlySet<DeviceKey> {
    return this.#knockedBy.get(invitation) ?? new Set();
  }

  /** Who is behind some knocks, for a record that lets them in. */
  entrantsOf(knockIds: readonly KnockId[]): Entrant[] {
    return this.openedOf(knockIds).map(({ knock: { device, invitation } }) => ({ device, invitation }));
  }

  /** Forgets everybody who waits, when this device leaves. Names stay: who was barred is known by them afterwards. */
  clear(): void {
    this.#sealed.clear();
    this.#opened.clear();
    this.#owners.clear();
    this.#context.store.set({ knocks: [] });
  }
}
