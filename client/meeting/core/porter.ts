import { equalBytes } from '../../../shared/bytes.ts';
import type { DeviceKey, KnockId } from '../../../shared/ids.ts';
import type { Knock } from '../../../shared/protocol/lobby.ts';
import { may, mayEnter } from '../../../shared/records/chain.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import { KnockError, openKnock } from '../../e2ee/admission/knock.ts';
import { GroupError } from '../../e2ee/group/error.ts';
import { inspectKeyPackage } from '../../e2ee/group/keyPackage.ts';
import { type Card, readCard } from '../../e2ee/identity/card.ts';
import type { KnockView } from '../view.ts';
import type { Committer } from './committer.ts';
import type { CoreContext } from './context.ts';

interface OpenedKnock {
  readonly knock: Knock;
  readonly keyPackage: Uint8Array;
  readonly card: Card;
  readonly message: string;
}

/** Opens the knocks of others, shows them to those who decide, and passes on who may come in. */
export class Porter {
  readonly #context: CoreContext;
  readonly #committer: Committer;
  readonly #sealed = new Map<KnockId, Knock>();
  readonly #opened = new Map<KnockId, OpenedKnock>();
  /** Whom each knock is of, for good: its id is the server's, and the person on screen is who is meant. */
  readonly #owners = new Map<KnockId, DeviceKey>();
  /** Newest first; older ones open knocks that were sealed before a change. */
  #lobbySeeds: readonly Uint8Array[] = [];

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
      if (opened) this.#opened.set(knock.knockId, opened);
      else this.#turnAway(knock.knockId);
    }
    this.reconsider();
  }

  /** Null for a knock that does not come from a holder of the link or is not what it should be. */
  async #open(knock: Knock): Promise<OpenedKnock | null> {
    const { link, records, clock } = this.#context;
    try {
      const { keyPackage, message } = openKnock(link, knock.device, knock, this.#lobbySeeds);
      const inspected = await inspectKeyPackage(keyPackage, clock.now());
      const genuine =
        deviceOf(inspected.signatureKey) === knock.device &&
        equalBytes(inspected.ref, knock.keyPackageRef) &&
        inspected.suite === records.chain.groupSuite;
      const card = genuine ? readCard(inspected.credential, link.meeting, knock.device) : null;
      return card && { knock, keyPackage, card, message };
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

  /** After records changed: who may enter now is offered to the group, the others are shown. */
  reconsider(): void {
    const { records, store, pins } = this.#context;
    const shown: KnockView[] = [];
    for (const { knock, keyPackage, card, message } of this.#opened.values()) {
      const { knockId, device, at } = knock;
      if (mayEnter(records.chain, device)) this.#committer.offer({ knockId, device, keyPackage });
      else if (knock.kind === 'lobby') {
        shown.push({
          knockId,
          device,
          name: card.name,
          message,
          at,
          trust: pins.trust(card.lasting, card.name),
        });
      }
    }
    store.set({ knocks: shown });
  }

  /** The devices behind some knocks, for a record that lets them in. */
  devicesOf(knockIds: readonly KnockId[]): DeviceKey[] {
    return knockIds.flatMap((knockId) => this.#opened.get(knockId)?.knock.device ?? []);
  }

  /** Forgets everybody who waits, when this device leaves. */
  clear(): void {
    this.#sealed.clear();
    this.#opened.clear();
    this.#owners.clear();
    this.#context.store.set({ knocks: [] });
  }
}
