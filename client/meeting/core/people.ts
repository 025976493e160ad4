import type { DeviceKey } from '../../../shared/ids.ts';
import type { Permission } from '../../../shared/roles.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import { staffIdentity } from '../../e2ee/admission/staffRule.ts';
import type { Content } from '../../e2ee/content.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import { type Card, displayName, readCard } from '../../e2ee/identity/card.ts';
import type { Announcements } from './announcements.ts';
import type { CoreContext } from './context.ts';
import type { GroupKeeper } from './groupKeeper.ts';
import { requestFailed } from './requestFailed.ts';
import { Roster } from './roster.ts';

/** A record may be on its way while its device's leaf is here already. */
const GHOST_MS = 5_000;
const EPOCHS_KEPT = 100;

/** Who is here: comings and goings, names, trust, and leaves that nobody let in. */
export class People {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #announcements: Announcements;
  readonly #mayNow: (device: DeviceKey, right: Permission) => boolean;
  readonly #roster: Roster;
  /** Strangers by where they were seen: among the leaves, or among the streams the server offers. */
  readonly #ghosts = { leaves: new Set<DeviceKey>(), streams: new Set<DeviceKey>() };

  /** `mayNow`: a right as of this moment, by the records and by the presence of a host. */
  constructor(
    context: CoreContext,
    keeper: GroupKeeper,
    announcements: Announcements,
    mayNow: (device: DeviceKey, right: Permission) => boolean,
  ) {
    this.#context = context;
    this.#keeper = keeper;
    this.#announcements = announcements;
    this.#mayNow = mayNow;
    this.#roster = new Roster(context);
  }

  nameOf(device: DeviceKey): string {
    return this.#roster.nameOf(device);
  }

  /** A changed identity that the person has not acknowledged: nothing of it is shown or heard. */
  heldBack(device: DeviceKey): boolean {
    return this.#roster.heldBack(device);
  }

  /** Other members that are connected, as far as is known. */
  others(): DeviceKey[] {
    const { identity } = this.#context;
    return this.#keeper.present().filter((device) => device !== identity.key);
  }

  /** A new epoch: who came and who left. `entering` when this device itself has just come. */
  newEpoch(added: readonly Member[], removed: readonly Member[], entering: boolean): void {
    const { clock, identity, link, pins, store } = this.#context;
    const arrived = new Set(added.map((member) => deviceOf(member.signatureKey)));
    for (const member of removed) {
      const device = deviceOf(member.signatureKey);
      if (!arrived.has(device)) this.#announcements.notice({ kind: 'left', name: this.nameOf(device) });
    }
    const before = new Set(store.state.members.map((member) => member.device));
    for (const member of added) {
      const device = deviceOf(member.signatureKey);
      const card = readCard(member.credential, link.meeting, device);
      this.#roster.joined(device, card, clock.now());
      if (card) {
        this.#context.bans.seen(device, card);
        void this.#identify(device, card);
      }
      if (!card || device === identity.key) continue;
      if (this.#roster.trustIn(device) === 'changed') this.#alarmOf(device, card.name);
      else void pins.remember(card.lasting, card.name, clock.now());
      if (!entering && !before.has(device)) this.#announcements.notice({ kind: 'joined', name: card.name });
    }
    this.show();
    this.#log(entering ? [] : added, removed);
    if (!entering && added.length > 0) this.#introduce();
    this.#watchStanding();
  }

  /** What a member says of itself; a name only as far as its rights and what is known of it allow. */
  takeSelf(sender: DeviceKey, said: Content & { type: 'self' }): void {
    const { pins } = this.#context;
    const shown = this.nameOf(sender);
    const renamed = said.name !== shown && this.#mayNow(sender, 'rename');
    const hand =
      said.hand === null || this.#mayNow(sender, 'react') ? said.hand : this.#roster.handOf(sender);
    this.#roster.said(sender, { hand, name: renamed ? said.name : shown });
    const lasting = this.#roster.lastingOf(sender);
    if (renamed && lasting && pins.trust(lasting, said.name) === 'changed') {
      this.#roster.distrust(sender);
      this.#alarmOf(sender, said.name);
    }
    this.show();
  }

  /** A moderator lowered hands, this device's among them or not. */
  takeLowered(device: DeviceKey | 'everyone', by: DeviceKey): void {
    const { identity, store } = this.#context;
    const raised = store.state.members.filter(
      (member) => member.hand !== null && (device === 'everyone' || member.device === device),
    );
    for (const member of raised) this.#roster.lowered(member.device, member.name);
    if (raised.length === 0) return;
    this.show();
    if (by !== identity.key && raised.some((member) => member.self))
      this.#announcements.notice({ kind: 'hand-lowered', by: this.nameOf(by) });
  }

  setHand(raised: boolean): void {
    const { clock, identity, store } = this.#context;
    if (raised && !this.#mayNow(identity.key, 'react'))
      return this.#announcements.notice({ kind: 'request-failed', code: 'forbidden' });
    this.#saySelf(store.state.name, raised ? clock.now() : null);
  }

  rename(name: string): void {
    const { identity, store } = this.#context;
    const accepted = displayName.safeParse(name);
    if (!accepted.success || !this.#mayNow(identity.key, 'rename')) {
      const code = accepted.success ? 'forbidden' : 'bad-request';
      return this.#announcements.notice({ kind: 'request-failed', code });
    }
    store.set({ name: accepted.data });
    this.#saySelf(accepted.data, this.#roster.handOf(identity.key));
  }

  /** People compared the code with this member. */
  verify(device: DeviceKey): void {
    const { clock, pins } = this.#context;
    const lasting = this.#roster.lastingOf(device);
    if (!lasting) return;
    pins.verify(lasting, this.nameOf(device), clock.now()).then(
      () => {
        this.#roster.verified(device);
        this.show();
      },
      () => undefined,
    );
  }

  /** The person has read that this member's identity changed. */
  accept(device: DeviceKey): void {
    this.#roster.accept(device);
    this.show();
  }

  /** Devices that have no place here; none settles the matter. */
  reportGhosts(devices: readonly DeviceKey[], seen: 'leaves' | 'streams' = 'streams'): void {
    this.#ghosts[seen] = new Set(devices);
    const all = [...new Set([...this.#ghosts.leaves, ...this.#ghosts.streams])];
    if (all.length > 0) this.#announcements.stand({ kind: 'ghost', devices: all });
    else this.#announcements.settle('ghost');
  }

  show(): void {
    const { group, committer } = this.#keeper;
    if (group) this.#context.store.set({ members: this.#roster.members(group, committer.departed) });
  }

  clear(): void {
    this.#roster.clear();
  }

  /** Looks whether the meeting's identity provider vouches for a member, as of its admission. */
  async #identify(device: DeviceKey, card: Card): Promise<void> {
    const { clock, records } = this.#context;
    const at = records.chain.admitted.get(device)?.at ?? clock.now();
    const identity = await staffIdentity(card, records.chain.policy.staff, at);
    if (!identity) return;
    const { issuer, name, email, agency } = identity;
    this.#roster.identified(device, { issuer, name, email, agency });
    this.show();
  }

  /** Notes why the keys changed. */
  #log(added: readonly Member[], removed: readonly Member[]): void {
    const { clock, store } = this.#context;
    const { members, epochs } = store.state;
    const device = (member: Member) => deviceOf(member.signatureKey);
    const returned = new Set(removed.map(device));
    const arrived = new Set(added.map(device));
    const joined = members
      .filter((member) => arrived.has(member.device) && !returned.has(member.device))
      .map(({ name, admittedBy }) => ({ name, admittedBy }));
    const left = [...returned].filter((one) => !arrived.has(one)).map((one) => this.nameOf(one));
    const epoch = Number(this.#keeper.group?.epoch ?? 0);
    store.set({ epochs: [...epochs, { epoch, at: clock.now(), joined, left }].slice(-EPOCHS_KEPT) });
  }

  #alarmOf(device: DeviceKey, name: string): void {
    this.#announcements.alarm({ kind: 'identity-changed', device, name });
  }

  /** Tells newcomers what they cannot know from this device's card. */
  #introduce(): void {
    const { identity, link, store } = this.#context;
    const own = this.#keeper.group?.member(this.#keeper.group.ownLeaf);
    const card = own && readCard(own.credential, link.meeting, identity.key);
    const hand = this.#roster.handOf(identity.key);
    if (card && (card.name !== store.state.name || hand !== null)) this.#saySelf(store.state.name, hand);
  }

  #saySelf(name: string, hand: number | null): void {
    const { key } = this.#context.identity;
    this.#roster.said(key, { name, hand });
    this.show();
    this.#keeper.outbox
      .send({ type: 'self', name, hand: this.#roster.handOf(key) })
      .catch((error: unknown) => {
        this.#announcements.notice(requestFailed(error));
      });
  }

  #watchStanding(): void {
    const strangers = () => {
      const { group, committer } = this.#keeper;
      return group ? this.#roster.unaccounted(group, committer.departed) : [];
    };
    if (strangers().length === 0) this.reportGhosts([], 'leaves');
    else this.#context.clock.after(GHOST_MS, () => this.reportGhosts(strangers(), 'leaves'));
  }
}
