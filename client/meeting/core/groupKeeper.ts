import { fromBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { WelcomeDelivery } from '../../../shared/protocol/lobby.ts';
import type { StreamEntry } from '../../../shared/protocol/stream.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import type { RecordContent } from '../../../shared/records/record.ts';
import { isStaff } from '../../../shared/records/rights.ts';
import { deviceOf, judgeCommit } from '../../e2ee/admission/commitPolicy.ts';
import { openAside } from '../../e2ee/aside.ts';
import { decodeDatagram } from '../../e2ee/authorship/datagram.ts';
import { type Aside, type Content, decodeContent, type Heard } from '../../e2ee/content.ts';
import { GroupError } from '../../e2ee/group/error.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { KeyPackageBundle } from '../../e2ee/group/keyPackage.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import { Committer } from './committer.ts';
import type { CoreContext } from './context.ts';
import { FrameKeys } from './frameKeys.ts';
import { type Entered, enterAsFirst, enterByWelcome, meetingPsk } from './groupEntry.ts';
import { groupIdOf, memberOf } from './groupNames.ts';
import { Objection } from './objection.ts';
import { type GroupSeat, Outbox } from './outbox.ts';
import { ChainError } from './records.ts';
import { StreamFollower } from './streamFollower.ts';
import type { Witness } from './witness.ts';

/** What the rest of the core hears from the group, in the order of the stream. */
export interface GroupHooks {
  /** `before`: the meeting without the record. */
  onRecord(record: RecordContent, before: Chain): void;
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

/** Late messages of an epoch that is over are opened for this long; then its keys are erased. */
const PAST_EPOCH_MS = 10_000;
/** Fresh keys come every five minutes at most; with a margin for taking over. */
const EPOCH_MS = 5.5 * 60_000;

/** Follows the meeting's stream, keeps the MLS group in step with it and commits what is due. */
export class GroupKeeper {
  readonly #context: CoreContext;
  readonly #hooks: GroupHooks;
  readonly #stream: StreamFollower;
  readonly #frames: FrameKeys;
  readonly committer: Committer;
  readonly outbox: Outbox;
  readonly #seat: GroupSeat = { group: null };
  readonly #objection: Objection;
  #epochSince = 0;
  #cancelForgetting: (() => void) | null = null;

  constructor(context: CoreContext, hooks: GroupHooks) {
    this.#context = context;
    this.#hooks = hooks;
    this.#frames = new FrameKeys(context);
    this.committer = new Committer(context, () => this.#seat.group);
    this.outbox = new Outbox(context, this.#seat);
    this.#objection = new Objection(context, () => {
      if (this.#seat.group) this.#hooks.onOutside();
    });
    this.#stream = new StreamFollower(context, {
      groupId: () => this.#seat.group && groupIdOf(this.#seat.group),
      take: (entry) => this.#takeEntry(entry),
      settled: () => this.committer.reconsider(),
      lost: () => this.#hooks.onOutside(),
    });
  }

  get group(): Group | null {
    return this.#seat.group;
  }

  /** Devices in the group that are connected as far as is known, this one included, by leaf. */
  present(): DeviceKey[] {
    const { departed } = this.committer;
    const devices = (this.#seat.group?.roster() ?? []).map((member) => deviceOf(member.signatureKey));
    return devices.filter((device) => !departed.has(device));
  }

  /** What this device has seen of the stream. */
  get witness(): Witness {
    return this.#stream.witness;
  }

  /** Starts the group as its first member. Throws ProtocolError when another one is first. */
  found(credential: Uint8Array): Promise<void> {
    return this.#context.serial.run(async () => this.#enter(await enterAsFirst(this.#context, credential)));
  }

  /** Enters by a welcome. Throws GroupError, ChainError, ProtocolError. */
  join(delivery: WelcomeDelivery, bundle: KeyPackageBundle): Promise<void> {
    return this.#context.serial.run(async () => {
      await this.#enter(await enterByWelcome(this.#context, delivery, bundle));
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
      await this.#context.serial.run(() => this.#open(datagram.message, sender, ['pulse', 'pointer']));
    else if (datagram && this.#seat.group && memberOf(this.#seat.group, sender))
      this.#frames.take(this.#seat.group, sender, datagram);
  }

  /** Signs what the frame worker says this device sent and tells the others. */
  async stateFrames(bytes: Uint8Array): Promise<void> {
    if (this.#seat.group) await this.#frames.state(this.#seat.group, bytes);
  }

  /** Opens a secret that a member sent to this device; null where it was sealed in another epoch. */
  openSecret(from: DeviceKey, sealed: string): Promise<Uint8Array | null> {
    return this.#context.serial.run(async () => {
      const { group } = this.#seat;
      const member = group && memberOf(group, from);
      return member ? group.openFrom(member.leafIndex, fromBase64Url(sealed)).catch(() => null) : null;
    });
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
    const content = this.outbox.takeEcho(bytes);
    if (content) this.#hooks.onContent(this.#context.identity.key, content, 'everyone');
  }

  #takeRecord(entry: StreamEntry & { kind: 'record' }): void {
    const { records } = this.#context;
    const before = records.chain;
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
    this.#hooks.onRecord(content, before);
  }

  async #takeCommit(entry: StreamEntry & { kind: 'commit' }): Promise<void> {
    const group = this.#seat.group;
    if (!group) return;
    const own = this.committer.ownCommit(entry.commit);
    if (own) {
      const next = own.accept(group);
      return this.#advance(next, { added: own.added, removed: own.removed, by: this.#context.identity.key });
    }
    const psk = meetingPsk(this.#context);
    // Known once the commit has authenticated; before, its author is only the server's word.
    let author: DeviceKey | null = null;
    try {
      const received = await group.receive(entry.commit, {
        policy: (commit) => {
          author = deviceOf(commit.committer.signatureKey);
          return judgeCommit(commit, {
            meeting: this.#context.link.meeting,
            bars: this.#context.access.bars,
            chain: this.#context.records.chain,
            departed: this.committer.departed,
            pskId: psk.id,
          });
        },
        psks: [psk],
      });
      if (received.kind === 'removed') {
        this.#drop();
        return this.#hooks.onOutside();
      }
      if (received.kind === 'commit') {
        const by = deviceOf(received.commit.committer.signatureKey);
        return await this.#advance(received.next, { added: received.added, removed: received.removed, by });
      }
      this.#seat.group = received.next;
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
      if (error.code === 'past-epoch') return;
      this.#hooks.onRefused(author, error.reason ?? error.code);
      this.#objection.raise(entry);
    }
  }

  #takeVoid({ epoch }: StreamEntry & { kind: 'void' }): void {
    // Whoever took what the others refused is in an epoch of its own.
    if (!this.#objection.stands || Number(this.#seat.group?.epoch) !== epoch) return this.#hooks.onOutside();
    this.#objection.settle();
  }

  async #advance(
    next: Group,
    change: { added: readonly Member[]; removed: readonly Member[]; by: DeviceKey },
  ): Promise<void> {
    this.#seat.group = next;
    this.committer.newEpoch(change.added, change.removed);
    this.#beginEpoch(next);
    await this.#frames.handOver(next);
    this.#hooks.onEpoch(change);
    this.committer.reconsider();
  }

  /** `only` names the kinds of content that count here; all of them where none are given. */
  async #open(message: Uint8Array, claimed: DeviceKey, only?: readonly Content['type'][]): Promise<void> {
    const group = this.#seat.group;
    if (!group) return;
    try {
      const received = await group.receive(message, {
        policy: () => ({ kind: 'refuse', reason: 'a commit outside the order' }),
        psks: [],
      });
      if (received.kind !== 'message') return;
      this.#seat.group = received.next;
      const sender = deviceOf(received.sender.signatureKey);
      // Late messages of past epochs open as well: whoever is out by now is not heard any more.
      if (!memberOf(received.next, sender) || this.committer.departed.has(sender)) return;
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

  async #enter({ group, by, seq }: Entered): Promise<void> {
    this.#drop();
    this.#seat.group = group;
    this.#stream.begin(seq);
    this.committer.newEpoch(group.roster(), []);
    this.#context.records.following = true;
    this.#beginEpoch(group);
    await this.#frames.handOver(group);
    this.#frames.enforceAuthorship();
    this.committer.reconsider();
    this.#hooks.onEpoch({ added: group.roster(), removed: [], by });
  }

  #beginEpoch(group: Group): void {
    this.#epochSince = this.#context.clock.now();
    this.#stream.beginEpoch(group.groupId, group.epoch);
    this.#cancelForgetting?.();
    this.#cancelForgetting = this.#context.clock.after(PAST_EPOCH_MS, () => {
      void this.#context.serial.run(async () => {
        this.#seat.group = this.#seat.group?.forgetPastEpochs() ?? null;
      });
    });
  }

  /** Whether a departed member keeps its leaf, or an epoch its keys, for longer than honest delivery explains. */
  overdue(): boolean {
    if (!this.#seat.group) return false;
    return this.committer.overdue() || this.#context.clock.now() - this.#epochSince > EPOCH_MS;
  }

  #drop(): void {
    this.#seat.group?.close();
    this.#seat.group = null;
    this.outbox.clear();
    this.committer.stop();
    this.#stream.stop();
    this.#objection.settle();
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
