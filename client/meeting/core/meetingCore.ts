import type { DeviceKey } from '../../../shared/ids.ts';
import type { EventOf } from '../../../shared/protocol/events.ts';
import { isStaff, may, roleOf } from '../../../shared/records/chain.ts';
import type { RecordContent } from '../../../shared/records/record.ts';
import type { Aside } from '../../e2ee/content.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import { displayName, makeCard } from '../../e2ee/identity/card.ts';
import { deviceIdentity } from '../../e2ee/identity/device.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { Pins } from '../../e2ee/identity/pins.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { ready } from '../../e2ee/sodium.ts';
import type { Clock } from '../clock.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { Addressee, Phase } from '../view.ts';
import { Announcements } from './announcements.ts';
import { Arrival } from './arrival.ts';
import { Attachments, type FilePorts } from './attachments.ts';
import { ChainMemory } from './chainMemory.ts';
import type { CoreContext, FramePort } from './context.ts';
import { Control } from './control.ts';
import { deviceSeed } from './deviceSeed.ts';
import { Door } from './door.ts';
import { GroupKeeper, type Heard } from './groupKeeper.ts';
import { LobbyKeys } from './lobbyKeys.ts';
import { People } from './people.ts';
import { Porter } from './porter.ts';
import { Pulse, type PulseVerdict } from './pulse.ts';
import { Records } from './records.ts';
import { Reports } from './reports.ts';
import { Serial } from './serial.ts';
import { type CoreState, CoreStore } from './state.ts';
import { Talk } from './talk.ts';

export interface CoreOptions {
  readonly link: MeetingLink;
  /** Where the server is, `https://host`. */
  readonly origin: string;
  readonly signaling: Signaling;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly frames: FramePort;
  readonly files: FilePorts;
  /** Gets the parts of the state that changed. */
  readonly publish: (change: Partial<CoreState>) => void;
}

/** What the page's media may have to report. */
export type MediaAlarm = 'unsealed-media' | 'own-media-stopped' | 'downgrade';

/**
 * One device's part in one meeting, without its media. Joins the parts: `Arrival` finds the way in,
 * `GroupKeeper` follows the group, `Porter` answers those who knock, `People` and `Talk` keep what is
 * seen and said, `Control` acts for hosts, `Pulse` watches the server. Runs in a worker of the page,
 * or in Node.
 */
export class MeetingCore {
  readonly #context: CoreContext;
  readonly #announcements: Announcements;
  readonly #keeper: GroupKeeper;
  readonly #porter: Porter;
  readonly #lobbyKeys: LobbyKeys;
  readonly #arrival: Arrival;
  readonly #pulse: Pulse;
  readonly people: People;
  readonly talk: Talk;
  readonly files: Attachments;
  readonly control: Control;
  readonly reports: Reports;
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
    const core = new MeetingCore(context, options.files);
    await core.#lobbyKeys.load();
    store.set({ self: identity.key });
    core.#listen();
    return core;
  }

  private constructor(context: CoreContext, files: FilePorts) {
    this.#context = context;
    this.reports = new Reports(context);
    this.#announcements = new Announcements(context.store, context.clock);
    this.#keeper = new GroupKeeper(context, {
      onRecord: (record) => this.#onRecord(record),
      onEpoch: (change) => this.#onEpoch(change),
      onContent: (sender, content, audience) => this.#onContent(sender, content, audience),
      onDeparted: () => this.people.show(),
      onRefused: (device) => this.#announcements.alarm({ kind: 'refused-commit', device }),
      onStrange: (kind, sender) =>
        kind === 'ahead' ? this.#pulse.ahead(sender) : this.#pulse.unreadable(sender),
      onOutside: () => this.#arrival.outside(),
    });
    this.#porter = new Porter(context, this.#keeper.committer);
    this.#lobbyKeys = new LobbyKeys(context, this.#keeper, this.#porter);
    this.people = new People(context, this.#keeper, this.#announcements);
    this.files = new Attachments(context, files);
    this.talk = new Talk(context, this.#keeper, this.files, {
      nameOf: (device) => this.people.nameOf(device),
      heldBack: (device) => this.people.heldBack(device),
      others: () => this.people.others(),
      notice: (notice) => this.#announcements.notice(notice),
    });
    this.#pulse = new Pulse(context.clock, this.#keeper.witness, {
      beat: () => this.#beat(),
      others: () => this.people.others(),
      overdue: () => this.#keeper.overdue(),
      verdict: (verdict) => this.#onVerdict(verdict),
    });
    const door = new Door(context, this.#keeper);
    this.#arrival = new Arrival(
      context,
      { keeper: this.#keeper, door, announcements: this.#announcements },
      {
        onRecords: () => this.#showRules(),
        onResumed: () => {
          context.frames.post({ type: 'reconnected' });
          this.talk.retryAll();
        },
        onOutside: () => {
          this.#pulse.stop();
          this.#porter.clear();
        },
        end: (phase) => this.#end(phase),
      },
    );
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
    store.set({ name: accepted.data });
    this.#arrival.want(makeCard(identity, link.meeting, accepted.data), message);
  }

  withdraw(): void {
    this.#arrival.stop();
    this.#context.signaling.request('lobby:withdraw', {}).catch(() => undefined);
    this.#arrival.showDoor();
  }

  leave(): void {
    const { signaling } = this.#context;
    const close = () => signaling.close();
    signaling.request('session:leave', {}).then(close, close);
    this.#shut();
    this.#show({ name: 'left' });
  }

  sendChat(text: string, to?: Addressee, reply?: string | null): void {
    this.talk.say(text, to, reply);
  }

  acknowledgeAlarm(id: string): void {
    const alarm = this.#announcements.acknowledge(id);
    if (alarm?.kind !== 'identity-changed') return;
    this.people.accept(alarm.device);
    this.talk.release(alarm.device);
  }

  dismissNotice(id: string): void {
    this.#announcements.dismiss(id);
  }

  /** The page's media could not be trusted. */
  reportMedia(kind: MediaAlarm, device: DeviceKey): void {
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
    this.#arrival.stop();
    this.#pulse.stop();
    this.#lobbyKeys.stop();
    this.#keeper.leave();
    this.#porter.clear();
    this.people.clear();
    this.files.close();
    this.#announcements.clear();
  }

  /** Over for good: the way back is to open the meeting anew. */
  #end(phase: Phase): void {
    this.#shut();
    this.#show(phase);
    this.#context.signaling.close();
  }

  #show(phase: Phase): void {
    this.#context.store.set({ members: [], reactions: [], phase });
  }

  #listen(): void {
    const { clock, signaling, store, frames } = this.#context;
    let lostAt: number | null = null;
    signaling.onState((connection) => {
      store.set({ connection });
      if (connection !== 'connected') lostAt ??= clock.now();
      else if (lostAt !== null) {
        this.#pulse.excuse(clock.now() - lostAt);
        lostAt = null;
      }
    });
    signaling.onRefused((error) => this.#arrival.refused(error));
    signaling.on('session:challenge', ({ nonce }) => void this.#arrival.identify(nonce));
    signaling.on('session:closed', ({ reason }) => this.#onClosed(reason));
    signaling.on('lobby:state', (place) => this.#arrival.placed(place));
    signaling.on('lobby:denied', ({ banned }) => this.#arrival.denied(banned));
    signaling.on('lobby:welcome', (delivery) => void this.#arrival.enter(delivery));
    signaling.on('lobby:knocks', ({ added, removed }) => void this.#porter.take(added, removed));
    signaling.on('group:running', ({ running }) => this.#arrival.running(running));
    signaling.on('stream:entries', ({ entries }) => void this.#keeper.take(entries));
    signaling.on('group:relayed', ({ bytes, sender }) => void this.#keeper.takeRelayed(bytes, sender));
    frames.onMessage((message) => {
      if (message.type !== 'checkpoint') return;
      const { bytes } = message;
      // Unstated frames would cut this device off: they are stated again with the next ones.
      this.#keeper.stateFrames(bytes).catch(() => frames.post({ type: 'unsent', bytes }));
    });
    store.set({ connection: signaling.state });
    signaling.connect();
  }

  #onRecord({ body }: RecordContent): void {
    const { identity, records } = this.#context;
    const self = identity.key;
    const meant = (devices: readonly DeviceKey[] | 'everyone') =>
      devices === 'everyone' ? !isStaff(records.chain, self) : devices.includes(self);
    if (body.type === 'end') return this.#end({ name: 'ended' });
    if (body.type === 'remove' && body.devices.includes(self)) {
      return this.#end({ name: 'removed', banned: body.ban });
    }
    if (body.type === 'lock') this.#announcements.notice({ kind: body.locked ? 'locked' : 'unlocked' });
    if (body.type === 'grant' && body.device === self) {
      this.#announcements.notice({ kind: 'role-changed', role: body.role });
    }
    if ((body.type === 'stop' || body.type === 'allow') && meant(body.devices)) {
      const kind = body.type === 'stop' ? 'stopped-by-host' : 'allowed-by-host';
      this.#announcements.notice({ kind, sources: body.sources });
    }
    this.#showRules();
    this.#porter.reconsider();
    this.#lobbyKeys.ask();
    this.people.show();
  }

  #onEpoch({ added, removed }: { added: readonly Member[]; removed: readonly Member[] }): void {
    const { group } = this.#keeper;
    if (!group) return;
    const { clock, store } = this.#context;
    const entering = store.state.phase.name !== 'meeting';
    this.people.newEpoch(added, removed, entering);
    store.set({
      seal: {
        state: this.#announcements.sealState,
        epoch: Number(group.epoch),
        since: clock.now(),
        code: group.safetyNumber(),
        suite: group.suite,
      },
      ...(entering ? { phase: { name: 'meeting' } } : {}),
    });
    this.reports.note();
    this.#pulse.start();
    this.#lobbyKeys.ask();
  }

  #onContent(sender: DeviceKey, content: Heard, audience: 'everyone' | Aside['to']): void {
    switch (content.type) {
      case 'chat':
      case 'file':
      case 'edit':
      case 'unsay':
        return this.talk.take(sender, content, audience);
      case 'reaction':
        if (may(this.#context.records.chain, sender, 'react')) this.talk.takeReaction(sender, content);
        return;
      case 'self':
        this.people.takeSelf(sender, content);
        return this.reports.note();
      case 'pulse':
        return this.#pulse.heard(sender, content);
      case 'wantLobbyKey':
        return this.#lobbyKeys.asked(sender);
      case 'lobbyKey':
        void this.#lobbyKeys.received(sender, content);
        return;
    }
  }

  #onClosed(reason: EventOf<'session:closed'>['reason']): void {
    switch (reason) {
      case 'removed':
      case 'banned':
        return this.#end({ name: 'removed', banned: reason === 'banned' });
      case 'ended':
        return this.#end({ name: 'ended' });
      case 'replaced':
        return this.#end({ name: 'replaced' });
      case 'abuse':
        return this.#end({ name: 'failed', code: 'rate-limited' });
      case 'stopping':
        return;
    }
  }

  #beat(): void {
    const testimony = this.#keeper.witness.testimony();
    if (!testimony || this.#context.signaling.state !== 'connected') return;
    this.#keeper.relay({ type: 'pulse', ...testimony }).catch(() => undefined);
  }

  #onVerdict(verdict: PulseVerdict): void {
    // Without a connection nothing can be said about the others; the page shows that it is away.
    if (this.#context.signaling.state !== 'connected') return;
    if (verdict !== 'fork') this.#announcements.settle('fork');
    if (verdict !== 'stale') this.#announcements.settle('stale');
    if (verdict !== 'fine') this.#announcements.stand({ kind: verdict });
    if (verdict === 'stale') void this.#keeper.resume();
  }

  #showRules(): void {
    const { identity, records, store } = this.#context;
    const { chain } = records;
    store.set({ policy: chain.policy, locked: chain.locked, role: roleOf(chain, identity.key) });
  }
}
