import type { DeviceKey } from '../../../shared/ids.ts';
import type { EventOf } from '../../../shared/protocol/events.ts';
import { invitationOver } from '../../../shared/records/invitation.ts';
import type { RecordContent } from '../../../shared/records/record.ts';
import { isStaff } from '../../../shared/records/rights.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import type { Aside } from '../../e2ee/content.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import { displayName, makeCard } from '../../e2ee/identity/card.ts';
import { deviceIdentity } from '../../e2ee/identity/device.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { Pins } from '../../e2ee/identity/pins.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { ready } from '../../e2ee/sodium.ts';
import { Activities } from '../activities/activities.ts';
import type { Clock } from '../clock.ts';
import { SeriesBans } from '../library/bans.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { ownIdToken } from '../staff.ts';
import type { Addressee, Phase } from '../view.ts';
import { Announcements } from './announcements.ts';
import { Arrival } from './arrival.ts';
import { Asks } from './asks.ts';
import { Attachments, type FilePorts } from './attachments.ts';
import { AutoAdmit } from './autoAdmit.ts';
import { AutoLock } from './autoLock.ts';
import { Captions } from './captions.ts';
import { ChainMemory } from './chainMemory.ts';
import type { CoreContext, FramePort } from './context.ts';
import { Control } from './control.ts';
import { deviceSeed } from './deviceSeed.ts';
import { Door } from './door.ts';
import { GroupKeeper, type Heard } from './groupKeeper.ts';
import { HostWatch } from './hostWatch.ts';
import { InvitationBook } from './invitations.ts';
import { LinkAccess } from './linkAccess.ts';
import { LobbyKeys } from './lobbyKeys.ts';
import { People } from './people.ts';
import { Porter } from './porter.ts';
import { Pulse, type PulseVerdict } from './pulse.ts';
import { RecordingWatch } from './recordingWatch.ts';
import { noticeOf } from './recordNotice.ts';
import { Records } from './records.ts';
import { RecordWriter } from './recordWriter.ts';
import { Recovery } from './recovery.ts';
import { Reports } from './reports.ts';
import { RulesView } from './rulesView.ts';
import { Serial } from './serial.ts';
import { type CoreState, CoreStore } from './state.ts';
import { Talk } from './talk.ts';
import { Watchers } from './watchers.ts';

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

const WORDS_KEPT = 20;

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
  readonly #hostWatch: HostWatch;
  readonly #autoLock: AutoLock;
  readonly #autoAdmit: AutoAdmit;
  readonly #writer: RecordWriter;
  readonly #door: Door;
  readonly #recordings: RecordingWatch;
  readonly #rules: RulesView;
  readonly #asks: Asks;
  readonly people: People;
  readonly talk: Talk;
  readonly captions: Captions;
  readonly activities: Activities;
  readonly files: Attachments;
  readonly control: Control;
  readonly reports: Reports;
  readonly invitations: InvitationBook;
  readonly recovery: Recovery;
  readonly watchers: Watchers;
  #closed = false;

  /** Reads this device's keys and starts to connect. */
  static async open(options: CoreOptions): Promise<MeetingCore> {
    await ready();
    const { keyStore, link } = options;
    const identity = deviceIdentity(await deviceSeed(keyStore), link.meeting);
    const pins = await Pins.open(keyStore);
    const bans = await SeriesBans.open(keyStore, link.meeting);
    const memory = await ChainMemory.open(keyStore, link.meeting);
    const records = new Records(link, options.signaling, options.clock, memory);
    const access = await LinkAccess.open(link, keyStore);
    const store = new CoreStore(options.publish);
    const context: CoreContext = {
      ...options,
      access,
      identity,
      pins,
      bans,
      records,
      store,
      serial: new Serial(),
    };
    const core = new MeetingCore(context, options.files);
    await core.#lobbyKeys.load();
    store.set({ self: identity.key });
    core.#listen();
    return core;
  }

  private constructor(context: CoreContext, files: FilePorts) {
    this.#context = context;
    this.reports = new Reports(context);
    this.#asks = new Asks(context);
    this.#rules = new RulesView(context, {
      frozen: () => this.#hostWatch.frozen,
      nameOf: (device) => this.people.nameOf(device) || this.#porter.nameOf(device),
    });
    this.watchers = new Watchers(context.store);
    this.#announcements = new Announcements(context.store, context.clock);
    this.#keeper = new GroupKeeper(context, {
      onRecord: (record) => this.#onRecord(record),
      onEpoch: (change) => this.#onEpoch(change),
      onContent: (sender, content, audience) => this.#onContent(sender, content, audience),
      onDeparted: () => this.#onPeople(),
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
      mayNow: (device, right) => this.#rules.mayNow(device, right),
    });
    this.captions = new Captions(context, this.#keeper, {
      nameOf: (device) => this.people.nameOf(device),
      heldBack: (device) => this.people.heldBack(device),
      notice: (notice) => this.#announcements.notice(notice),
      mayNow: (device, right) => this.#rules.mayNow(device, right),
    });
    this.#recordings = new RecordingWatch(context, this.#keeper, {
      nameOf: (device) => this.people.nameOf(device),
      notice: (notice) => this.#announcements.notice(notice),
    });
    this.activities = new Activities(context, this.#keeper, {
      nameOf: (device) =>
        device === context.identity.key ? context.store.state.name : this.people.nameOf(device),
      notice: (notice) => this.#announcements.notice(notice),
      mayNow: (device, right) => this.#rules.mayNow(device, right),
    });
    this.#pulse = new Pulse(context.clock, this.#keeper.witness, {
      beat: () => this.#beat(),
      others: () => this.people.others(),
      overdue: () => this.#keeper.overdue(),
      verdict: (verdict) => this.#onVerdict(verdict),
    });
    this.#door = new Door(context, this.#keeper);
    this.#arrival = new Arrival(
      context,
      { keeper: this.#keeper, door: this.#door, announcements: this.#announcements },
      {
        onRecords: () => this.#showRules(),
        onResumed: () => {
          context.frames.post({ type: 'reconnected' });
          this.talk.retryAll();
        },
        onOutside: () => {
          this.#pulse.stop();
          this.#porter.clear();
          this.#hostWatch.stop();
          this.#autoAdmit.stop();
        },
        end: (phase) => this.#end(phase),
      },
    );
    this.#writer = new RecordWriter(context, this.#announcements);
    this.control = new Control(context, {
      keeper: this.#keeper,
      porter: this.#porter,
      lobbyKeys: this.#lobbyKeys,
      writer: this.#writer,
    });
    this.invitations = new InvitationBook(context, this.#writer, this.#porter);
    this.recovery = new Recovery(context);
    this.#hostWatch = new HostWatch(context, this.#keeper, () => this.#end({ name: 'host-gone' }));
    this.#autoLock = new AutoLock(context, this.#keeper, () => this.control.setLocked(true));
    this.#autoAdmit = new AutoAdmit(context, this.#keeper, (due) => this.control.letIn(due));
    this.#porter.onBarred = (device) => this.control.bar(device);
    this.#porter.onWaiting = (waiting) => {
      this.#autoAdmit.consider(waiting);
      this.invitations.show();
    };
  }

  get state(): CoreState {
    return this.#context.store.state;
  }

  get signaling(): Signaling {
    return this.#context.signaling;
  }

  /** Goes in, or knocks and waits. The name must be acceptable; see `displayName`. */
  join(name: string, message: string): void {
    const { clock, identity, keyStore, link, records, store } = this.#context;
    const accepted = displayName.safeParse(name);
    if (!accepted.success) return this.#announcements.notice({ kind: 'request-failed', code: 'bad-request' });
    store.set({ name: accepted.data });
    const want = (idToken?: string) =>
      this.#arrival.want(makeCard(identity, link.meeting, accepted.data, idToken), message);
    const staff = records.known ? records.chain.policy.staff : null;
    if (staff === null) return want();
    // Without it this device comes as a guest would.
    const own = ownIdToken(keyStore, identity, staff, clock.now()).catch(() => undefined);
    void own.then((idToken) => {
      if (!this.#closed) want(idToken);
    });
  }

  tryPassphrase(passphrase: string): void {
    this.attempt(this.#arrival.tryPassphrase(passphrase));
  }

  /** Makes this device a host by the code that was written down. */
  recover(code: string): void {
    const recovered = this.recovery.recover(code).then(() => {
      this.#showRules();
      if (!this.#keeper.group) this.#arrival.showDoor();
    });
    this.attempt(recovered);
  }

  /** Shows the failure of anything the person tried. */
  attempt(work: Promise<unknown>): void {
    this.#writer.attempt(work);
  }

  /** Lowers hands, for the others and on this page: the stream brings nobody their own words. */
  lowerHand(device: DeviceKey | 'everyone'): void {
    const { key } = this.#context.identity;
    if (!this.#rules.mayNow(key, 'moderate')) return;
    this.control.lowerHand(device);
    this.people.takeLowered(device, key);
  }

  answerAsk(id: string): void {
    this.#asks.settle(id);
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
    if (this.#hostWatch.frozen && !isStaff(this.#context.records.chain, this.#context.identity.key)) {
      return this.#announcements.notice({ kind: 'request-failed', code: 'forbidden' });
    }
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
    this.#hostWatch.stop();
    this.#autoLock.stop();
    this.#autoAdmit.stop();
    this.#lobbyKeys.stop();
    this.#keeper.leave();
    this.#porter.clear();
    this.people.clear();
    this.activities.clear();
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
    signaling.on('lobby:word', ({ sealed }) => this.#onWord(sealed));
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

  #onRecord({ body, by: signer }: RecordContent): void {
    const { bans, clock, identity, records } = this.#context;
    const self = identity.key;
    switch (body.type) {
      case 'end':
        return this.#end({ name: 'ended' });
      case 'remove':
        if (body.devices.includes(self)) return this.#end({ name: 'removed', banned: body.ban });
        if (body.ban) void bans.add(body.devices, clock.now());
        break;
      case 'unban':
        void bans.lift(body.devices);
        break;
      case 'sendBack':
        if (body.devices.includes(self)) return this.#arrival.outside();
        break;
      case 'lock':
        this.#autoLock.decided();
        break;
    }
    const notice = noticeOf(body, {
      chain: records.chain,
      self,
      // The host key itself has no name; devices do.
      by: this.people.nameOf(signer as DeviceKey),
      own: (signer as string) === (self as string),
      linkOver: this.#ownLinkOver(),
    });
    if (notice) this.#announcements.notice(notice);
    this.#showRules();
    this.#porter.reconsider();
    this.#lobbyKeys.ask();
    this.#onPeople();
  }

  /** People or their standing have changed. */
  #onPeople(): void {
    this.people.show();
    this.#recordings.consider();
    this.#hostWatch.consider();
    this.#autoLock.consider();
    this.#rules.showRights();
    this.activities.note();
  }

  #ownLinkOver(): boolean {
    const { access, clock, records } = this.#context;
    const own = records.chain.invitations.get(access.current.invitation.key);
    return !own || invitationOver(own, clock.now()) !== null;
  }

  #onWord(sealed: Uint8Array): void {
    const { store } = this.#context;
    const word = this.#door.openWord(sealed);
    if (word && !this.#keeper.group) store.set({ words: [...store.state.words, word].slice(-WORDS_KEPT) });
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
      ...(entering ? { phase: { name: 'meeting' }, words: [] } : {}),
    });
    this.reports.note();
    this.#hostWatch.consider();
    this.#autoLock.consider();
    this.#showRules();
    this.#pulse.start();
    this.#lobbyKeys.ask();
    const devices = (members: readonly Member[]) => members.map((member) => deviceOf(member.signatureKey));
    this.activities.newEpoch(devices(added), devices(removed));
  }

  #onContent(sender: DeviceKey, content: Heard, audience: 'everyone' | Aside['to']): void {
    switch (content.type) {
      case 'chat':
      case 'file':
      case 'edit':
      case 'unsay':
        return this.talk.take(sender, content, audience);
      case 'reaction':
        if (this.#rules.mayNow(sender, 'react')) this.talk.takeReaction(sender, content);
        return;
      case 'caption':
        return this.captions.take(sender, content);
      case 'ask':
        if (this.#rules.mayNow(sender, 'moderate')) {
          this.#asks.take(sender, content, this.people.nameOf(sender));
        }
        return;
      case 'lowerHand':
        if (this.#rules.mayNow(sender, 'moderate')) this.people.takeLowered(content.device, sender);
        return;
      case 'self':
        this.people.takeSelf(sender, content);
        this.activities.note();
        return this.reports.note();
      case 'activity':
        return this.activities.take(sender, content);
      case 'ballot':
        return this.activities.takeBallot(sender, content, audience);
      case 'pulse':
        this.watchers.heard(sender, content.watching);
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
      case 'host-gone':
        return this.#end({ name: 'host-gone' });
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
    const { mine } = this.watchers;
    const watching = mine.length === 0 ? {} : { watching: [...mine] };
    this.#keeper.relay({ type: 'pulse', ...testimony, ...watching }).catch(() => undefined);
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
    this.#rules.show();
    this.#recordings.consider();
    this.invitations.show();
  }
}
