import { equalBytes, fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { type DeviceKey, type GroupId, groupId as groupIdSchema } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { WelcomeDelivery } from '../../../shared/protocol/lobby.ts';
import type { StreamEntry } from '../../../shared/protocol/stream.ts';
import type { RecordContent } from '../../../shared/records/record.ts';
import { inGoodStanding, isStaff } from '../../../shared/records/rights.ts';
import { deviceOf, judgeCommit } from '../../e2ee/admission/commitPolicy.ts';
import { openAside, sealAside } from '../../e2ee/aside.ts';
import { decodeDatagram, encodeDatagram } from '../../e2ee/authorship/datagram.ts';
import { type Aside, type Content, decodeContent, encodeContent } from '../../e2ee/content.ts';
import { GroupError } from '../../e2ee/group/error.ts';
import { foundGroup, joinGroup } from '../../e2ee/group/found.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { KeyPackageBundle } from '../../e2ee/group/keyPackage.ts';
import type { Psk } from '../../e2ee/group/policy.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import { meetingKey } from '../../e2ee/link/access.ts';
import { proveInvitation } from '../../e2ee/link/invitation.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import { Committer } from './committer.ts';
import type { CoreContext } from './context.ts';
import { FrameKeys } from './frameKeys.ts';
import { ChainError } from './records.ts';
import { StreamFollower } from './streamFollower.ts';
import type { Witness } from './witness.ts';

/** What a message says once it is open. */
export type Heard = Exclude<Content, { type: 'aside' }>;

/** What the rest of the core hears from the group, in the order of the stream. */
export interface GroupHooks {
  onRecord(record: RecordContent): void;
  /** A new epoch, after joins and removals or for fresh keys alone. */
  onEpoch(change: {
    readonly added: readonly Member[];
    readonly removed: readonly Member[];
    readonly by: DeviceKey;
  }): void;
  /** `audience` is proven: what is said aside was sealed to this device. */
  onContent(sender: DeviceKey, content: Heard, audience: 'everyone' | Aside['to']): void;
  onDeparted(device: DeviceKey): void;
  /** Something was refused that a member or the server tried. */
  onRefused(device: DeviceKey | null, reason: string): void;
  /** A message of an epoch that this device has not reached, or cannot open although it should. */
  onStrange(kind: 'ahead' | 'unreadable', sender: DeviceKey): void;
  /** This device's leaf was taken out, or the stream cannot be followed: joining anew is the way back. */
  onOutside(): void;
}

const PSK_ID = utf8('sealroom meeting');
/** Late messages of an epoch that is over are opened for this long; then its keys are erased. */
const PAST_EPOCH_MS = 10_000;
/** How long the others may take to say that they refused a commit too. */
const OBJECTION_MS = 5_000;
const ECHOES_KEPT = 100;
const ASIDE_TRIES = 5;
/** Fresh keys come every five minutes at most; with a margin for taking over. */
const EPOCH_MS = 5.5 * 60_000;

/** Follows the meeting's stream, keeps the MLS group in step with it and commits what is due. */
export class GroupKeeper {
  readonly #context: CoreContext;
  readonly #hooks: GroupHooks;
  readonly #stream: StreamFollower;
  readonly #frames: FrameKeys;
  readonly committer: Committer;
  #group: Group | null = null;
  #epochSince = 0;
  #cancelObjection: (() => void) | null = null;
  /** Own messages that count when the stream brings them, and their bytes to know them by. */
  #echoes: readonly { readonly bytes: Uint8Array; readonly content: Heard }[] = [];
  #cancelForgetting: (() => void) | null = null;

  constructor(context: CoreContext, hooks: GroupHooks) {
    this.#context = context;
    this.#hooks = hooks;
    this.#frames = new FrameKeys(context);
    this.committer = new Committer(
      context,
      () => this.#group,
      () => this.#psk,
    );
    this.#stream = new StreamFollower(context, {
      groupId: () => this.#group && idOf(this.#group),
      take: (entry) => this.#takeEntry(entry),
      settled: () => this.committer.reconsider(),
      lost: () => this.#hooks.onOutside(),
    });
  }

  /** From the meeting's secret, which only those hold who were invited. */
  get #psk(): Psk {
    return { id: PSK_ID, secret: meetingKey(this.#context.access.current, 'psk') };
  }

  get group(): Group | null {
    return this.#group;
  }

  /** Devices in the group that are connected as far as is known, this one included, by leaf. */
  present(): DeviceKey[] {
    const { departed } = this.committer;
    const devices = (this.#group?.roster() ?? []).map((member) => deviceOf(member.signatureKey));
    return devices.filter((device) => !departed.has(device));
  }

  /** What this device has seen of the stream. */
  get witness(): Witness {
    return this.#stream.witness;
  }

  /** Starts the group as its first member. Throws ProtocolError when another one is first. */
  found(credential: Uint8Array): Promise<void> {
    return this.#context.serial.run(async () => {
      const { access, identity, link, signaling, records } = this.#context;
      const id = randomBytes(16);
      const group = await foundGroup({
        groupId: id,
        context: this.#expectedContext(),
        signature: identity.meeting,
        credential,
        suite: records.chain.groupSuite,
      });
      const groupId = idOf(group);
      const { invitation } = access.current;
      const proof = proveInvitation(link.meeting, identity.key, groupId, invitation);
      const { seq } = await signaling.request('group:found', { groupId, proof });
      await records.refresh();
      await this.#enter(group, seq);
      this.#hooks.onEpoch({ added: group.roster(), removed: [], by: identity.key });
    });
  }

  /**
   * Enters by a welcome. Everything is checked against the signed records and the link, nothing is
   * taken from the server's word. Throws GroupError, ChainError, ProtocolError.
   */
  join(delivery: WelcomeDelivery, bundle: KeyPackageBundle): Promise<void> {
    return this.#context.serial.run(async () => {
      const { records } = this.#context;
      const { group, addedBy } = await joinGroup({
        welcome: delivery.welcome,
        bundle,
        psk: this.#psk,
        groupId: fromBase64Url(delivery.groupId),
      });
      await records.catchUp(delivery.chainLength);
      const { chain } = records;
      if (!equalBytes(group.context, this.#expectedContext()))
        throw new GroupError('wrong-context', 'not this meeting');
      const by = deviceOf(addedBy.signatureKey);
      if (!inGoodStanding(chain, by))
        throw new GroupError('refused-by-policy', 'added by someone nobody let in');
      // A member who was just put out may still have a leaf; then the next try, after its removal, succeeds.
      const strangers = group
        .roster()
        .some((member) => !inGoodStanding(chain, deviceOf(member.signatureKey)));
      if (strangers) throw new GroupError('refused-by-policy', 'a member nobody let in');
      await this.#enter(group, delivery.seq);
      this.#hooks.onEpoch({ added: group.roster(), removed: [], by });
      // What came after the welcome may have arrived before it.
      await this.#stream.fill();
    });
  }

  /** Entries from the server, in order; earlier ones are passed over, a gap is filled. */
  take(entries: readonly StreamEntry[]): Promise<void> {
    return this.#context.serial.run(() => this.#stream.follow(entries));
  }

  /** Asks for everything since the last entry, after the connection was away. */
  resume(): Promise<void> {
    return this.#context.serial.run(() => this.#stream.fill());
  }

  /** A datagram from another member, as the server says; each kind proves its sender itself. */
  async takeRelayed(bytes: Uint8Array, sender: DeviceKey): Promise<void> {
    const datagram = decodeDatagram(bytes);
    if (datagram?.kind === 'sealed')
      await this.#context.serial.run(() => this.#open(datagram.message, sender, ['pulse']));
    else if (datagram && this.#group && this.#memberOf(sender))
      this.#frames.take(this.#group, sender, datagram);
  }

  /** Signs what the frame worker says this device sent and tells the others. */
  async stateFrames(bytes: Uint8Array): Promise<void> {
    if (this.#group) await this.#frames.state(this.#group, bytes);
  }

  /** Encrypts and sends in order. Resolves when the server has placed it. Throws ProtocolError. */
  async send(content: Content): Promise<void> {
    const sent = await this.#context.serial.run(async () => {
      const { group, message } = await this.#encrypt(content);
      const groupId = idOf(group);
      // Not awaited inside: the next message may be encrypted while this one travels.
      return { placed: this.#context.signaling.request('group:send', { groupId, bytes: message }) };
    });
    await sent.placed;
  }

  /**
   * Like `send`, of what must happen in the same order on every device: it is heard here as well, when
   * the stream brings it back. Throws ProtocolError.
   */
  async sendInOrder(content: Heard): Promise<void> {
    const sent = await this.#context.serial.run(async () => {
      const { group, message: bytes } = await this.#encrypt(content);
      this.#echoes = [...this.#echoes, { bytes, content }].slice(-ECHOES_KEPT);
      return { placed: this.#context.signaling.request('group:send', { groupId: idOf(group), bytes }) };
    });
    await sent.placed;
  }

  /**
   * Says something to some members only. It is sealed for one epoch: where that was over before the
   * server placed the message, it is said again, and those who had opened it know it by its id.
   * Throws ProtocolError.
   */
  async sendAside(to: readonly DeviceKey[], said: Aside): Promise<void> {
    for (let tries = 0; tries < ASIDE_TRIES; tries++) {
      const sent = await this.#context.serial.run(async () => {
        const leaves = to.flatMap((device) => this.#memberOf(device)?.leafIndex ?? []);
        if (!this.#group || leaves.length === 0) throw new ProtocolError('not-admitted');
        const { group, message } = await this.#encrypt(await sealAside(this.#group, leaves, said));
        const placed = this.#context.signaling.request('group:send', {
          groupId: idOf(group),
          bytes: message,
        });
        return { placed, epoch: group.epoch };
      });
      await sent.placed;
      // Commits before the message have been taken by now: they came in before the answer.
      const epoch = await this.#context.serial.run(async () => this.#group?.epoch);
      if (epoch === sent.epoch) return;
    }
    throw new ProtocolError('unavailable');
  }

  /** Sends a small secret that only one member can open. */
  async sendSecret(to: DeviceKey, secret: Uint8Array): Promise<void> {
    const sealed = await this.#context.serial.run(async () => {
      const member = this.#memberOf(to);
      if (!this.#group || !member) throw new ProtocolError('not-admitted');
      return this.#group.sealTo(member.leafIndex, secret);
    });
    await this.send({ type: 'lobbyKey', to, sealed: toBase64Url(sealed) });
  }

  /** Opens a secret that a member sent to this device; null where it was sealed in another epoch. */
  openSecret(from: DeviceKey, sealed: string): Promise<Uint8Array | null> {
    return this.#context.serial.run(async () => {
      const member = this.#memberOf(from);
      if (!this.#group || !member) return null;
      return this.#group.openFrom(member.leafIndex, fromBase64Url(sealed)).catch(() => null);
    });
  }

  /** Encrypts and sends without order or retention, to everyone. Losing it does no harm. */
  async relay(content: Content): Promise<void> {
    const sent = await this.#context.serial.run(async () => {
      const { message } = await this.#encrypt(content);
      const bytes = encodeDatagram({ kind: 'sealed', message });
      return { relayed: this.#context.signaling.request('group:relay', { bytes }) };
    });
    await sent.relayed;
  }

  #memberOf(device: DeviceKey): Member | undefined {
    return this.#group?.roster().find(({ signatureKey }) => deviceOf(signatureKey) === device);
  }

  async #encrypt(content: Content): Promise<{ group: Group; message: Uint8Array }> {
    if (!this.#group) throw new ProtocolError('not-admitted');
    const { next, message } = await this.#group.send(encodeContent(content));
    this.#group = next;
    return { group: next, message };
  }

  async #takeEntry(entry: StreamEntry): Promise<void> {
    switch (entry.kind) {
      case 'record':
        return this.#takeRecord(entry);
      case 'gone':
        if (entry.device !== this.#context.identity.key) {
          this.committer.depart(entry.device);
          this.#hooks.onDeparted(entry.device);
        }
        return;
      case 'message':
        if (entry.sender === this.#context.identity.key) return this.#hearOwn(entry.bytes);
        return this.#open(entry.bytes, entry.sender);
      case 'commit':
        return this.#takeCommit(entry);
      case 'void':
        return this.#takeVoid(entry);
    }
  }

  #hearOwn(bytes: Uint8Array): void {
    const echo = this.#echoes.find((each) => equalBytes(each.bytes, bytes));
    if (!echo) return;
    this.#echoes = this.#echoes.filter((each) => each !== echo);
    this.#hooks.onContent(this.#context.identity.key, echo.content, 'everyone');
  }

  #takeRecord(entry: StreamEntry & { kind: 'record' }): void {
    const { records } = this.#context;
    let content: RecordContent | null;
    try {
      content = records.take(entry.record);
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      this.#hooks.onRefused(null, `record: ${error.refusal}`);
      return;
    }
    if (!content) return;
    if (content.body.type === 'remove' || content.body.type === 'sendBack')
      for (const device of content.body.devices) this.committer.depart(device);
    this.#hooks.onRecord(content);
  }

  async #takeCommit(entry: StreamEntry & { kind: 'commit' }): Promise<void> {
    const group = this.#group;
    if (!group) return;
    const own = this.committer.ownCommit(entry.commit);
    if (own) {
      const next = own.accept(group);
      return this.#advance(next, { added: own.added, removed: own.removed, by: this.#context.identity.key });
    }
    // Known once the commit has authenticated; before, its author is only the server's word.
    let author: DeviceKey | null = null;
    try {
      const received = await group.receive(entry.commit, {
        policy: (commit) => {
          author = deviceOf(commit.committer.signatureKey);
          return judgeCommit(commit, {
            meeting: this.#context.link.meeting,
            chain: this.#context.records.chain,
            departed: this.committer.departed,
            pskId: PSK_ID,
          });
        },
        psks: [this.#psk],
      });
      if (received.kind === 'removed') {
        this.#drop();
        return this.#hooks.onOutside();
      }
      if (received.kind === 'commit') {
        const by = deviceOf(received.commit.committer.signatureKey);
        return await this.#advance(received.next, { added: received.added, removed: received.removed, by });
      }
      this.#group = received.next;
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
      if (error.code === 'past-epoch') return;
      this.#hooks.onRefused(author, error.reason ?? error.code);
      this.#object(entry);
    }
  }

  /**
   * The server has moved to an epoch that this device refused. It says so and waits for the others: when
   * they refused too, the commit is void; otherwise this device is alone and joins anew.
   */
  #object({ groupId, epoch }: StreamEntry & { kind: 'commit' }): void {
    this.#context.signaling.request('group:refuse', { groupId, epoch }).catch(() => undefined);
    this.#cancelObjection?.();
    this.#cancelObjection = this.#context.clock.after(OBJECTION_MS, () => {
      this.#cancelObjection = null;
      if (this.#group) this.#hooks.onOutside();
    });
  }

  #takeVoid({ epoch }: StreamEntry & { kind: 'void' }): void {
    // Whoever took what the others refused is in an epoch of its own.
    if (!this.#cancelObjection || Number(this.#group?.epoch) !== epoch) return this.#hooks.onOutside();
    this.#cancelObjection();
    this.#cancelObjection = null;
  }

  async #advance(
    next: Group,
    change: { added: readonly Member[]; removed: readonly Member[]; by: DeviceKey },
  ): Promise<void> {
    this.#group = next;
    this.committer.newEpoch(change.added, change.removed);
    this.#beginEpoch(next);
    await this.#frames.handOver(next);
    this.#hooks.onEpoch(change);
    this.committer.reconsider();
  }

  /** `only` names the kinds of content that count here; all of them where none are given. */
  async #open(message: Uint8Array, claimed: DeviceKey, only?: readonly Content['type'][]): Promise<void> {
    const group = this.#group;
    if (!group) return;
    try {
      const received = await group.receive(message, {
        policy: () => ({ kind: 'refuse', reason: 'a commit outside the order' }),
        psks: [],
      });
      if (received.kind !== 'message') return;
      this.#group = received.next;
      const sender = deviceOf(received.sender.signatureKey);
      // Late messages of past epochs open as well: whoever is out by now is not heard any more.
      if (!this.#memberOf(sender) || this.committer.departed.has(sender)) return;
      const content = decodeContent(received.plaintext);
      // Words count in the one order that all see: relayed, they could differ from member to member.
      if (!content || !(only?.includes(content.type) ?? true)) return;
      if (content.type !== 'aside') return this.#hooks.onContent(sender, content, 'everyone');
      // Opened now, while the epoch is the one it was sealed for.
      const most = isStaff(this.#context.records.chain, this.#context.identity.key)
        ? limits.asideReceivers
        : 1;
      const said = await openAside(received.next, received.sender.leafIndex, content, most);
      if (said) this.#hooks.onContent(sender, said.said, said.to);
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
      if (error.code === 'future-epoch') this.#hooks.onStrange('ahead', claimed);
      else if (error.code === 'not-authentic') this.#hooks.onStrange('unreadable', claimed);
    }
  }

  async #enter(group: Group, seq: number): Promise<void> {
    this.#drop();
    this.#group = group;
    this.#stream.begin(seq);
    this.committer.newEpoch(group.roster(), []);
    this.#context.records.following = true;
    this.#beginEpoch(group);
    await this.#frames.handOver(group);
    this.#frames.enforceAuthorship();
    this.committer.reconsider();
  }

  #beginEpoch(group: Group): void {
    this.#epochSince = this.#context.clock.now();
    this.#stream.beginEpoch(group.groupId, group.epoch);
    this.#cancelForgetting?.();
    this.#cancelForgetting = this.#context.clock.after(PAST_EPOCH_MS, () => {
      void this.#context.serial.run(async () => {
        this.#group = this.#group?.forgetPastEpochs() ?? null;
      });
    });
  }

  /** Whether a departed member keeps its leaf, or an epoch its keys, for longer than honest delivery explains. */
  overdue(): boolean {
    if (!this.#group) return false;
    return this.committer.overdue() || this.#context.clock.now() - this.#epochSince > EPOCH_MS;
  }

  /** What a group of this meeting must carry in its context, byte for byte. */
  #expectedContext(): Uint8Array {
    const { chain } = this.#context.records;
    const { meeting, genesis, groupSuite, frameSuite } = chain;
    return utf8(JSON.stringify({ v: 1, meeting, genesis, groupSuite, frameSuite }));
  }

  #drop(): void {
    this.#group?.close();
    this.#group = null;
    this.#echoes = [];
    this.committer.stop();
    this.#stream.stop();
    this.#cancelObjection?.();
    this.#cancelObjection = null;
    this.#cancelForgetting?.();
    this.#cancelForgetting = null;
    this.#context.records.following = false;
    this.#frames.erase();
  }

  /** Leaves the group and erases its keys. Idempotent. */
  leave(): void {
    this.#drop();
  }
}

function idOf(group: Group): GroupId {
  return groupIdSchema.parse(toBase64Url(group.groupId));
}
