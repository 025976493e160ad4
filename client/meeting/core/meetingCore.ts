import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { EventOf } from '../../../shared/protocol/events.ts';
import { type Chain, may, mayEnter, roleOf } from '../../../shared/records/chain.ts';
import type { RecordContent } from '../../../shared/records/record.ts';
import { allows } from '../../../shared/roles.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import type { Content } from '../../e2ee/content.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import { displayName, makeCard, readCard } from '../../e2ee/identity/card.ts';
import { deviceIdentity, signChallenge } from '../../e2ee/identity/device.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { Pins } from '../../e2ee/identity/pins.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { ready } from '../../e2ee/sodium.ts';
import type { Clock } from '../clock.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { Phase } from '../view.ts';
import { Announcements } from './announcements.ts';
import { ChainMemory } from './chainMemory.ts';
import type { CoreContext, FramePort } from './context.ts';
import { Control } from './control.ts';
import { deviceSeed } from './deviceSeed.ts';
import { Door } from './door.ts';
import { GroupKeeper } from './groupKeeper.ts';
import { LobbyKeys } from './lobbyKeys.ts';
import { Porter } from './porter.ts';
import { Pulse, type PulseVerdict } from './pulse.ts';
import { ChainError, Records } from './records.ts';
import { Roster } from './roster.ts';
import { Serial } from './serial.ts';
import { type CoreState, CoreStore } from './state.ts';
import { Talk } from './talk.ts';

export interface CoreOptions {
  readonly link: MeetingLink;
  readonly signaling: Signaling;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly frames: FramePort;
  /** Gets the parts of the state that changed. */
  readonly publish: (change: Partial<CoreState>) => void;
}

const REJOIN_MS = 300;
const GHOST_MS = 5_000;

/**
 * One device's part in one meeting, without its media: proves the device, reads the signed records,
 * knocks or founds, follows the group, and answers those who knock. Runs in a worker of the page, or
 * in Node.
 */
export class MeetingCore {
  readonly #context: CoreContext;
  readonly #keeper: GroupKeeper;
  readonly #porter: Porter;
  readonly #door: Door;
  readonly #lobbyKeys: LobbyKeys;
  readonly #roster: Roster;
  readonly #talk: Talk;
  readonly #pulse: Pulse;
  readonly #announcements: Announcements;
  readonly control: Control;
  #credential: Uint8Array | null = null;
  #message = '';
  /** The person wants to be inside: after a lost connection the way back in is taken by itself. */
  #wanted = false;
  #closed = false;

  /** Reads this device's keys and starts to connect. */
  static async open(options: CoreOptions): Promise<MeetingCore> {
    await ready();
    const { keyStore, link } = options;
    const identity = deviceIdentity(await deviceSeed(keyStore), link.meeting);
    const pins = await Pins.open(keyStore);
    const memory = await ChainMemory.open(keyStore, link.meeting);
    const records = new Records(link, options.signaling, options.clock, memory);
    const store = new CoreStore(options.publish);
    const context: CoreContext = { ...options, identity, pins, records, store, serial: new Serial() };
    const core = new MeetingCore(context);
    await core.#lobbyKeys.load();
    store.set({ self: identity.key });
    core.#listen();
    return core;
  }

  private constructor(context: CoreContext) {
    this.#context = context;
    this.#announcements = new Announcements(context.store, context.clock);
    this.#keeper = new GroupKeeper(context, {
      onRecord: (record) => this.#onRecord(record),
      onEpoch: (change) => this.#onEpoch(change),
      onContent: (sender, content) => this.#onContent(sender, content),
      onOwnMessage: () => undefined,
      onDeparted: () => this.#showMembers(),
      onRefused: (device) => this.#announcements.alarm({ kind: 'refused-commit', device }),
      onStrange: (kind, sender) =>
        kind === 'ahead' ? this.#pulse.ahead(sender) : this.#pulse.unreadable(sender),
      onRemoved: () => this.#onOutside(),
      onLost: () => this.#onOutside(),
    });
    this.#porter = new Porter(context, this.#keeper.committer);
    this.#lobbyKeys = new LobbyKeys(context, this.#keeper, this.#porter);
    this.#door = new Door(context, this.#keeper);
    this.#roster = new Roster(context);
    this.#talk = new Talk(context, this.#keeper);
    this.#pulse = new Pulse(context.clock, this.#keeper.witness, {
      beat: () => this.#beat(),
      others: () => this.#othersPresent(),
      overdue: () => this.#keeper.overdue(),
      verdict: (verdict) => this.#onVerdict(verdict),
    });
    this.control = new Control(context, this.#keeper, this.#porter, this.#lobbyKeys, this.#announcements);
  }

  get state(): CoreState {
    return this.#context.store.state;
  }

  get signaling(): Signaling {
    return this.#context.signaling;
  }

  /** Goes in, or knocks and waits. The name must be acceptable; see `displayName`. */
  join(name: string, message: string): void {
    const { identity, link, store } = this.#context;
    const accepted = displayName.safeParse(name);
    if (!accepted.success) return this.#announcements.notice({ kind: 'request-failed', code: 'bad-request' });
    this.#credential = makeCard(identity, link.meeting, accepted.data);
    this.#message = message;
    this.#wanted = true;
    store.set({ name: accepted.data });
    this.#goIn();
  }

  withdraw(): void {
    this.#wanted = false;
    this.#door.close();
    this.#context.signaling.request('lobby:withdraw', {}).catch(() => undefined);
    this.#showDoor();
  }

  leave(): void {
    this.#wanted = false;
    this.#context.signaling.request('session:leave', {}).catch(() => undefined);
    this.#end({ name: 'left' });
  }

  sendChat(text: string): void {
    this.#talk.sendChat(text);
  }

  retryChat(id: string): void {
    this.#talk.retryChat(id);
  }

  react(emoji: string): void {
    this.#talk.react(emoji);
  }

  setHand(raised: boolean): void {
    this.#saySelf(this.state.name, raised ? this.#context.clock.now() : null);
  }

  rename(name: string): void {
    const accepted = displayName.safeParse(name);
    if (!accepted.success || !may(this.#context.records.chain, this.#context.identity.key, 'rename')) {
      return this.#announcements.notice({
        kind: 'request-failed',
        code: accepted.success ? 'forbidden' : 'bad-request',
      });
    }
    this.#context.store.set({ name: accepted.data });
    this.#saySelf(accepted.data, this.#roster.handOf(this.#context.identity.key));
  }

  markVerified(device: DeviceKey): void {
    const member = this.#keeper.group?.roster().find(({ signatureKey }) => deviceOf(signatureKey) === device);
    const card = member && readCard(member.credential, this.#context.link.meeting, device);
    if (!card) return;
    this.#context.pins.verify(card.lasting, card.name, this.#context.clock.now()).then(
      () => {
        this.#roster.verified(device);
        this.#showMembers();
      },
      () => undefined,
    );
  }

  acknowledgeAlarm(id: string): void {
    const alarm = this.#announcements.acknowledge(id);
    if (alarm?.kind !== 'identity-changed') return;
    this.#roster.accept(alarm.device);
    this.#talk.release(alarm.device);
    this.#showMembers();
  }

  dismissNotice(id: string): void {
    this.#announcements.dismiss(id);
  }

  /** The page saw streams of devices that are not in the group. */
  reportGhosts(devices: readonly DeviceKey[]): void {
    if (devices.length > 0) this.#announcements.stand({ kind: 'ghost', devices });
    else this.#announcements.settle('ghost');
  }

  reportMedia(kind: 'unsealed-media' | 'own-media-stopped', device: DeviceKey): void {
    this.#announcements.alarm(kind === 'unsealed-media' ? { kind, device } : { kind });
  }

  /** Leaves for good and erases keys. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shut();
    this.#context.signaling.close();
  }

  #shut(): void {
    this.#wanted = false;
    this.#pulse.stop();
    this.#lobbyKeys.stop();
    this.#door.close();
    this.#keeper.leave();
    this.#porter.clear();
    this.#roster.clear();
    this.#announcements.clear();
  }

  #listen(): void {
    const { signaling, store } = this.#context;
    signaling.onState((connection) => {
      store.set({ connection });
      if (connection === 'connected') {
        this.#talk.retryAll();
        this.#pulse.excuse();
      }
    });
    signaling.onRefused((error) => this.#refusedAtDoor(error));
    signaling.on('session:challenge', ({ nonce }) => void this.#identify(nonce));
    signaling.on('session:closed', ({ reason }) => this.#onClosed(reason));
    signaling.on('lobby:state', ({ position, attended, locked }) => {
      if (this.state.phase.name === 'waiting' || (this.#wanted && !this.#keeper.group)) {
        this.#phase({ name: 'waiting', position, attended, locked });
      }
    });
    signaling.on('lobby:denied', ({ banned }) => {
      // Whoever is inside was let in by a commit; only a record puts them out.
      if (this.#keeper.group) return;
      this.#door.close();
      this.#wanted = false;
      this.#phase({ name: 'denied', banned });
    });
    signaling.on('lobby:welcome', (delivery) => void this.#enter(delivery));
    signaling.on('lobby:knocks', ({ added, removed }) => void this.#porter.take(added, removed));
    signaling.on('group:running', ({ running }) => {
      if (this.#wanted && !this.#keeper.group && !running) this.#goIn();
      else if (this.state.phase.name === 'prejoin') this.#showDoor(running);
    });
    signaling.on('stream:entries', ({ entries }) => void this.#keeper.take(entries));
    signaling.on('group:relayed', ({ bytes, sender }) => void this.#keeper.takeRelayed(bytes, sender));
    this.#context.frames.onMessage((message) => {
      if (message.type !== 'checkpoint') return;
      const { bytes } = message;
      // Unstated frames would cut this device off: they are stated again with the next ones.
      this.#keeper.stateFrames(bytes).catch(() => this.#context.frames.post({ type: 'unsent', bytes }));
    });
    store.set({ connection: signaling.state });
    signaling.connect();
  }

  async #identify(nonce: Uint8Array): Promise<void> {
    const { identity, link, records, signaling } = this.#context;
    try {
      const signature = signChallenge(identity, link.meeting, nonce);
      const door = await signaling.request('session:identify', { device: identity.key, signature });
      if (this.#keeper.group) {
        if (door.member) {
          await this.#keeper.resume();
          this.#context.frames.post({ type: 'reconnected' });
        } else this.#onOutside();
        this.#talk.retryAll();
        return;
      }
      records.read(door.records);
      this.#showRules();
      if (records.chain.ended) this.#end({ name: 'ended' });
      else if (this.#wanted) this.#goIn();
      else this.#showDoor(door.group !== null);
    } catch (error) {
      if (error instanceof ChainError) {
        this.#end({ name: 'bad-link', reason: 'wrong-host' });
        signaling.close();
      } else if (error instanceof ProtocolError) this.#refusedAtDoor(error);
      else this.#end({ name: 'failed', code: 'unavailable' });
    }
  }

  #refusedAtDoor(error: ProtocolError): void {
    if (error.code === 'not-found') this.#end({ name: 'bad-link', reason: 'unknown-meeting' });
    else if (error.code === 'ended') this.#end({ name: 'ended' });
    else if (error.code === 'banned') this.#end({ name: 'denied', banned: true });
    else if (error.code !== 'unavailable') this.#end({ name: 'failed', code: error.code });
  }

  /** Founds where this device may and nobody is there, otherwise knocks. */
  #goIn(): void {
    void this.#tryIn().catch((error: unknown) => {
      if (error instanceof ChainError) return this.#end({ name: 'bad-link', reason: 'wrong-host' });
      if (!(error instanceof ProtocolError)) return this.#end({ name: 'failed', code: 'unavailable' });
      // Without a connection the next challenge takes this up again.
      if (error.code === 'unavailable') return;
      this.#announcements.notice({ kind: 'request-failed', code: error.code });
      this.#refusedAtDoor(error);
    });
  }

  async #tryIn(): Promise<void> {
    const { records, identity } = this.#context;
    if (!this.#credential || !records.known || this.#keeper.group) return;
    this.#phase(mayEnter(records.chain, identity.key) ? { name: 'joining' } : waiting(records.chain));
    if (may(records.chain, identity.key, 'found') && mayEnter(records.chain, identity.key)) {
      try {
        return await this.#keeper.found(this.#credential);
      } catch (error) {
        if (!(error instanceof ProtocolError) || error.code !== 'group-exists') throw error;
      }
    }
    await this.#door.knock(this.#credential, this.#message);
  }

  async #enter(delivery: EventOf<'lobby:welcome'>): Promise<void> {
    if (!this.#wanted) return;
    try {
      await this.#door.enter(delivery);
    } catch {
      // A welcome that does not hold leaves this device outside; it asks again with a fresh key package.
      this.#announcements.alarm({ kind: 'fork' });
      this.#onOutside();
    }
  }

  #onRecord({ body }: RecordContent): void {
    const { identity, records } = this.#context;
    const names = (devices: readonly DeviceKey[] | 'everyone') =>
      devices === 'everyone' || devices.includes(identity.key);
    switch (body.type) {
      case 'remove':
        if (body.devices.includes(identity.key)) this.#end({ name: 'removed', banned: body.ban });
        break;
      case 'end':
        this.#end({ name: 'ended' });
        break;
      case 'lock':
        this.#announcements.notice({ kind: body.locked ? 'locked' : 'unlocked' });
        break;
      case 'grant':
        if (body.device === identity.key)
          this.#announcements.notice({ kind: 'role-changed', role: body.role });
        break;
      case 'stop': {
        const spared =
          body.devices === 'everyone' && ['host', 'cohost'].includes(roleOf(records.chain, identity.key));
        if (names(body.devices) && !spared)
          this.#announcements.notice({ kind: 'stopped-by-host', sources: body.sources });
        break;
      }
      case 'allow':
        if (names(body.devices))
          this.#announcements.notice({ kind: 'allowed-by-host', sources: body.sources });
        break;
      default:
    }
    this.#showRules();
    this.#porter.reconsider();
    this.#lobbyKeys.ask();
    this.#showMembers();
  }

  #onEpoch({ added, removed }: { added: readonly Member[]; removed: readonly Member[] }): void {
    const { clock, identity, link, pins, store } = this.#context;
    const group = this.#keeper.group;
    if (!group) return;
    const entering = store.state.phase.name !== 'meeting';
    const now = clock.now();
    for (const member of removed) {
      const name = this.#roster.nameOf(deviceOf(member.signatureKey));
      const returns = added.some((other) => deviceOf(other.signatureKey) === deviceOf(member.signatureKey));
      if (!returns) this.#announcements.notice({ kind: 'left', name });
    }
    const known = new Set(store.state.members.map((member) => member.device));
    for (const member of added) {
      const device = deviceOf(member.signatureKey);
      const card = readCard(member.credential, link.meeting, device);
      this.#roster.joined(device, card, now);
      if (!card || device === identity.key) continue;
      if (this.#roster.trustIn(device) === 'changed') {
        this.#announcements.alarm({ kind: 'identity-changed', device, name: card.name });
      } else void pins.remember(card.lasting, card.name, now);
      if (!entering && !known.has(device)) this.#announcements.notice({ kind: 'joined', name: card.name });
    }
    this.#pulse.start();
    this.#showMembers();
    this.#showSeal(now);
    if (entering) this.#phase({ name: 'meeting' });
    else if (added.length > 0) this.#introduce();
    this.#lobbyKeys.ask();
    this.#watchStanding();
  }

  #onContent(sender: DeviceKey, content: Content): void {
    const { records } = this.#context;
    const role = roleOf(records.chain, sender);
    switch (content.type) {
      case 'chat':
        // A modified client that speaks out of turn is not shown by anybody.
        if (allows(records.chain.policy, role, 'chat')) {
          this.#talk.takeChat(sender, this.#roster.nameOf(sender), content, this.#roster.heldBack(sender));
        }
        break;
      case 'reaction':
        if (allows(records.chain.policy, role, 'react')) this.#talk.takeReaction(sender, content);
        break;
      case 'self':
        this.#takeSelf(sender, content);
        break;
      case 'pulse':
        this.#pulse.heard(sender, content);
        break;
      case 'wantLobbyKey':
        this.#lobbyKeys.asked(sender);
        break;
      case 'lobbyKey':
        void this.#lobbyKeys.received(sender, content);
        break;
    }
  }

  /** What a member says of itself; a name only as far as its rights and what is known of it allow. */
  #takeSelf(sender: DeviceKey, said: Content & { type: 'self' }): void {
    const { pins, records } = this.#context;
    const shown = this.#roster.nameOf(sender);
    const renamed = said.name !== shown;
    if (renamed && !may(records.chain, sender, 'rename'))
      return this.#roster.said(sender, { ...said, name: shown });
    this.#roster.said(sender, said);
    const lasting = this.#roster.lastingOf(sender);
    if (renamed && lasting && pins.trust(lasting, said.name) === 'changed') {
      this.#roster.distrust(sender);
      this.#announcements.alarm({ kind: 'identity-changed', device: sender, name: said.name });
    }
    this.#showMembers();
  }

  #othersPresent(): DeviceKey[] {
    const { identity } = this.#context;
    const roster = this.#keeper.group?.roster() ?? [];
    return roster
      .map((member) => deviceOf(member.signatureKey))
      .filter((device) => device !== identity.key && !this.#keeper.committer.departed.has(device));
  }

  #onVerdict(verdict: PulseVerdict): void {
    // Without a connection nothing can be said about the others; the page shows that it is away.
    if (this.#context.signaling.state !== 'connected') return;
    if (verdict !== 'fork') this.#announcements.settle('fork');
    if (verdict !== 'stale') this.#announcements.settle('stale');
    if (verdict !== 'fine') this.#announcements.stand({ kind: verdict });
    if (verdict === 'stale') void this.#keeper.resume();
  }

  /** Out of the group without having been put out by a record: joins anew with fresh keys. */
  #onOutside(): void {
    this.#keeper.leave();
    this.#porter.clear();
    this.#pulse.stop();
    if (!this.#wanted || this.#closed) return;
    this.#phase({ name: 'joining' });
    this.#context.clock.after(REJOIN_MS, () => {
      if (this.#wanted && this.#context.signaling.state === 'connected') this.#goIn();
    });
  }

  #onClosed(reason: EventOf<'session:closed'>['reason']): void {
    switch (reason) {
      case 'removed':
      case 'banned':
        return this.#end({ name: 'removed', banned: reason === 'banned' });
      case 'ended':
        return this.#end({ name: 'ended' });
      case 'replaced':
        this.#end({ name: 'replaced' });
        return this.#context.signaling.close();
      case 'abuse':
        return this.#end({ name: 'failed', code: 'rate-limited' });
      case 'stopping':
        return;
    }
  }

  #end(phase: Phase): void {
    this.#shut();
    this.#context.store.set({ members: [], reactions: [] });
    this.#phase(phase);
  }

  #beat(): void {
    const testimony = this.#keeper.witness.testimony();
    if (!testimony || this.#context.signaling.state !== 'connected') return;
    this.#keeper.relay({ type: 'pulse', ...testimony }).catch(() => undefined);
  }

  /** Tells newcomers what they cannot know from this device's card. */
  #introduce(): void {
    const { identity, store } = this.#context;
    const own = this.#keeper.group
      ?.roster()
      .find(({ signatureKey }) => deviceOf(signatureKey) === identity.key);
    const card = own && readCard(own.credential, this.#context.link.meeting, identity.key);
    const hand = this.#roster.handOf(identity.key);
    if (card && (card.name !== store.state.name || hand !== null)) this.#saySelf(store.state.name, hand);
  }

  #saySelf(name: string, hand: number | null): void {
    const { identity } = this.#context;
    this.#roster.said(identity.key, { name, hand });
    this.#showMembers();
    this.#keeper.send({ type: 'self', name, hand }).catch((error) => {
      const code = error instanceof ProtocolError ? error.code : 'unavailable';
      this.#announcements.notice({ kind: 'request-failed', code });
    });
  }

  /** Leaves that no record accounts for are ghosts, unless the record is still on its way. */
  #watchStanding(): void {
    const strangers = () => {
      const group = this.#keeper.group;
      return group ? this.#roster.unaccounted(group, this.#keeper.committer.departed) : [];
    };
    if (strangers().length === 0) return this.#announcements.settle('ghost');
    this.#context.clock.after(GHOST_MS, () => this.reportGhosts(strangers()));
  }

  #phase(phase: Phase): void {
    this.#context.store.set({ phase });
  }

  #showDoor(running = false): void {
    const { records, identity } = this.#context;
    if (!records.known) return;
    const { chain } = records;
    const role = roleOf(chain, identity.key);
    this.#phase({ name: 'prejoin', running, lobby: !mayEnter(chain, identity.key), role });
  }

  #showRules(): void {
    const { identity, records, store } = this.#context;
    const { chain } = records;
    store.set({ policy: chain.policy, locked: chain.locked, role: roleOf(chain, identity.key) });
  }

  #showMembers(): void {
    const group = this.#keeper.group;
    if (group)
      this.#context.store.set({ members: this.#roster.members(group, this.#keeper.committer.departed) });
  }

  #showSeal(now: number): void {
    const group = this.#keeper.group;
    if (!group) return;
    this.#context.store.set({
      seal: {
        state: this.#announcements.sealState,
        epoch: Number(group.epoch),
        since: now,
        code: group.safetyNumber(),
        suite: group.suite,
      },
    });
  }
}

function waiting({ locked }: Chain): Phase {
  return { name: 'waiting', position: 1, attended: false, locked };
}
