import {
  type CiphersuiteImpl,
  type ClientState,
  createApplicationMessage,
  createCommit,
  decodeMlsMessage,
  encodeMlsMessage,
  joinGroup,
  type Proposal,
  processPrivateMessage,
} from 'ts-mls';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { openKnock, sealKnock } from '../../client/e2ee/admission/knock.ts';
import { type Content, decodeContent, encodeContent } from '../../client/e2ee/content.ts';
import { decodeEnvelope } from '../../client/e2ee/group/envelope.ts';
import type { Psk } from '../../client/e2ee/group/policy.ts';
import { clientConfig } from '../../client/e2ee/group/profile.ts';
import { pskIndex } from '../../client/e2ee/group/receive.ts';
import { rosterOf } from '../../client/e2ee/group/roster.ts';
import { makeCard } from '../../client/e2ee/identity/card.ts';
import {
  type DeviceIdentity,
  deviceIdentity,
  newDeviceSeed,
  signChallenge,
} from '../../client/e2ee/identity/device.ts';
import { type Access, meetingKey } from '../../client/e2ee/link/access.ts';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import { recordCrypto, signRecord } from '../../client/e2ee/records/signing.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import type { Signaling } from '../../client/meeting/signaling/signaling.ts';
import { socketSignaling } from '../../client/meeting/signaling/socketSignaling.ts';
import { fromBase64Url, toBase64Url, utf8 } from '../../shared/bytes.ts';
import { type DeviceKey, groupId as groupIdSchema, knockId as knockIdSchema } from '../../shared/ids.ts';
import type { Knock, WelcomeDelivery } from '../../shared/protocol/lobby.ts';
import type { CommitRequest, StreamEntry } from '../../shared/protocol/stream.ts';
import { type Chain, readChain } from '../../shared/records/chain.ts';
import type { RecordBody, SignedRecord } from '../../shared/records/record.ts';
import { mayEnter } from '../../shared/records/rights.ts';
import type { Bot } from '../bots/bot.ts';
import { accessOf } from '../support/invitation.ts';
import { type Attacker, bareKeyPackage, pskProposal } from '../unit/group/attacker.ts';
import type { Stage } from './stage.ts';

/** Where an insider comes in: a stage, or a meeting held elsewhere. */
export type Entrance = Pick<Stage, 'link' | 'onClose' | 'admit'> & {
  readonly site: Pick<Stage['site'], 'origin'>;
};

export interface BareCommit {
  readonly commit: Uint8Array;
  readonly welcome: Uint8Array | undefined;
  readonly next: ClientState;
}

/** A modified client: speaks the protocol and the bare MLS library, and keeps none of the rules. */
export class Insider {
  readonly identity: DeviceIdentity;
  readonly link: MeetingLink;
  readonly signaling: Signaling;
  /** Everything it was ever sent. */
  readonly entries: StreamEntry[] = [];
  readonly welcomes: WelcomeDelivery[] = [];
  /** Who knocks now, as far as the server tells this device. */
  knocks: Knock[] = [];
  records: SignedRecord[] = [];
  #keys: Awaited<ReturnType<typeof bareKeyPackage>> | null = null;
  #mls: ClientState | null = null;
  #cs: CiphersuiteImpl | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  /** Follows commits of others. */
  following = true;

  readonly seed: Uint8Array;

  private constructor(stage: Entrance, seed: Uint8Array) {
    this.seed = seed;
    this.link = stage.link;
    this.identity = deviceIdentity(seed, stage.link.meeting);
    this.signaling = socketSignaling(stage.site.origin, stage.link.meeting);
    stage.onClose(() => this.signaling.close());
  }

  /** Connects and proves its own key. */
  static async atDoor(stage: Entrance, seed = newDeviceSeed()): Promise<Insider> {
    const insider = new Insider(stage, seed);
    const { signaling, identity, link } = insider;
    signaling.on('stream:entries', ({ entries }) => insider.#follow(entries));
    signaling.on('lobby:welcome', (delivery) => insider.welcomes.push(delivery));
    signaling.on('lobby:knocks', ({ added, removed }) => {
      insider.knocks = [...insider.knocks.filter(({ knockId }) => !removed.includes(knockId)), ...added];
    });
    const nonce = await new Promise<Uint8Array>((resolve) => {
      signaling.on('session:challenge', (challenge) => resolve(challenge.nonce));
      signaling.connect();
    });
    const { records } = await signaling.request('session:identify', {
      device: identity.key,
      signature: signChallenge(identity, link.meeting, nonce),
    });
    insider.records = records;
    return insider;
  }

  /** Connected without having proven the key of another, which is not let to the door any more. */
  static async unproven(stage: Entrance, { seed, records }: Insider): Promise<Insider> {
    const insider = new Insider(stage, seed);
    insider.records = records;
    await new Promise<void>((resolve) => {
      insider.signaling.on('session:challenge', () => resolve());
      insider.signaling.connect();
    });
    return insider;
  }

  /** Inside the meeting, let in by its host where there is a lobby. */
  static async inside(stage: Entrance, name: string, seed?: Uint8Array): Promise<Insider> {
    const insider = await Insider.atDoor(stage, seed);
    await insider.knock(name);
    await stage.admit(name);
    await insider.enter();
    return insider;
  }

  /** What every holder of the link has. */
  get access(): Access {
    return accessOf(this.link, this.records);
  }

  get psk(): Psk {
    return { id: utf8('sealroom meeting'), secret: meetingKey(this.access, 'psk') };
  }

  get mls(): ClientState {
    if (!this.#mls) throw new Error('not in the group');
    return this.#mls;
  }

  /** For the forgeries of the group layer's tests. */
  get attacker(): Attacker {
    if (!this.#cs) throw new Error('not in the group');
    return { cs: this.#cs, mls: this.mls, signature: this.identity.meeting };
  }

  get chain(): Chain {
    const result = readChain(this.records, recordCrypto);
    if (!result.ok) throw new Error(result.refusal);
    return result.chain;
  }

  async knock(name: string, message = ''): Promise<void> {
    const { chain, identity } = this;
    const to = mayEnter(chain, identity.key)
      ? ({ kind: 'return' } as const)
      : ({ kind: 'lobby', lobbyKey: fromBase64Url(chain.lobbyKey) } as const);
    await this.signaling.request('lobby:knock', await this.#sealKnock(name, message, to));
  }

  /** Knocks with a key package of somebody's making. */
  async knockWith(keys: Awaited<ReturnType<typeof bareKeyPackage>>): Promise<void> {
    const ref = await makeKeyPackageRef(keys.publicPackage, keys.cs.hash);
    const content = { keyPackage: keys.bytes, message: '', replyKey: randomBytes(32) };
    const knock = sealKnock(this.access, this.identity.key, ref, content, { kind: 'return' });
    await this.signaling.request('lobby:knock', knock);
  }

  /** A knock for those who may enter already, whether or not it may, as a colluding server would show it. */
  async returnKnock(name: string): Promise<Knock> {
    const knock = await this.#sealKnock(name, '', { kind: 'return' });
    const id = knockIdSchema.parse(toBase64Url(randomBytes(16)));
    return { ...knock, knockId: id, device: this.identity.key, at: Date.now() };
  }

  async #sealKnock(name: string, message: string, to: Parameters<typeof sealKnock>[4]) {
    const { access, chain, identity, link } = this;
    const credential = makeCard(identity, link.meeting, name);
    const keys = await bareKeyPackage(chain.groupSuite, identity.meeting, credential);
    this.#keys = keys;
    const ref = await makeKeyPackageRef(keys.publicPackage, keys.cs.hash);
    const content = { keyPackage: keys.bytes, message, replyKey: randomBytes(32) };
    return sealKnock(access, identity.key, ref, content, to);
  }

  /** Enters by the last welcome, as soon as there is one; whoever made it. */
  async enter(welcome?: Uint8Array): Promise<void> {
    if (!welcome) while (this.welcomes.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const delivery = this.welcomes.at(-1);
    const [message] = decodeMlsMessage(welcome ?? delivery?.welcome ?? new Uint8Array(), 0) ?? [];
    if (message?.wireformat !== 'mls_welcome' || !this.#keys) throw new Error('no welcome');
    const { publicPackage, privatePackage, cs } = this.#keys;
    const index = pskIndex([this.psk]);
    const { welcome: body } = message;
    this.#mls = await joinGroup(
      body,
      publicPackage,
      privatePackage,
      index,
      cs,
      undefined,
      undefined,
      clientConfig,
    );
    this.#cs = cs;
    this.records = (await this.signaling.request('record:list', { from: 0 })).records;
    await this.settled();
  }

  /** Until it is in the epoch of an honest member. */
  async inStep(actor: Bot): Promise<void> {
    while (Number(this.mls.groupContext.epoch) < actor.state.seal.epoch) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.settled();
  }

  /** Until everything received was followed. */
  async settled(): Promise<void> {
    let last: unknown;
    while (last !== this.#queue) {
      last = this.#queue;
      await last;
    }
  }

  /** Any commit the bare library makes. Not adopted. */
  async commit(proposals: readonly Proposal[], psks: readonly Psk[] = [this.psk]): Promise<BareCommit> {
    const { cs, mls } = this.attacker;
    const made = await createCommit(
      { state: mls, cipherSuite: cs, pskIndex: pskIndex(psks) },
      { extraProposals: [...proposals], ratchetTreeExtension: true },
    );
    const { welcome } = made;
    return {
      commit: encodeMlsMessage(made.commit),
      welcome: welcome && encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome }),
      next: made.newState,
    };
  }

  /** Hands a commit to the server, which cannot see inside. */
  async offer(commit: Uint8Array, extra: Partial<CommitRequest> = {}): Promise<void> {
    await this.signaling.request('group:commit', {
      groupId: this.groupId,
      epoch: Number(this.mls.groupContext.epoch),
      commit,
      admitted: [],
      removed: [],
      ...extra,
    });
  }

  /** Adds everyone whose return knock it can open, old leaves removed, asking nobody. */
  async admitAll(): Promise<void> {
    const roster = rosterOf(this.mls.ratchetTree);
    const proposals: Proposal[] = [pskProposal(this.attacker, this.psk)];
    const removed: DeviceKey[] = [];
    for (const knock of this.knocks) {
      const { keyPackage } = openKnock(this.access, knock.device, knock, []);
      const [message] = decodeMlsMessage(keyPackage, 0) ?? [];
      if (message?.wireformat !== 'mls_key_package') throw new Error('no key package');
      proposals.push({ proposalType: 'add', add: { keyPackage: message.keyPackage } });
      const old = roster.find(({ signatureKey }) => toBase64Url(signatureKey) === knock.device);
      if (!old) continue;
      proposals.push({ proposalType: 'remove', remove: { removed: old.leafIndex } });
      removed.push(knock.device);
    }
    const made = await this.commit(proposals);
    const admitted = this.knocks.map(({ knockId }) => knockId);
    await this.offer(made.commit, { ...(made.welcome ? { welcome: made.welcome } : {}), admitted, removed });
    this.adopt(made.next);
  }

  adopt(next: ClientState): void {
    this.#mls = next;
  }

  get groupId() {
    return groupIdSchema.parse(toBase64Url(this.mls.groupContext.groupId));
  }

  /** An application message of this member's. */
  async seal(content: Content | Uint8Array): Promise<Uint8Array> {
    const { cs, mls } = this.attacker;
    const plaintext = content instanceof Uint8Array ? content : encodeContent(content);
    const { privateMessage, newState } = await createApplicationMessage(mls, plaintext, cs);
    this.#mls = newState;
    return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage });
  }

  async say(content: Content | Uint8Array): Promise<void> {
    const bytes = await this.seal(content);
    await this.signaling.request('group:send', { groupId: this.groupId, bytes });
  }

  /** A record signed by this device, whatever it is allowed. */
  sign(body: RecordBody, chain: Pick<Chain, 'length' | 'head'> = this.chain): SignedRecord {
    const signer = { by: this.identity.key, pair: this.identity.meeting };
    return signRecord({ meeting: this.link.meeting, chain }, signer, Date.now(), body);
  }

  #follow(entries: readonly StreamEntry[]): void {
    this.entries.push(...entries);
    for (const entry of entries) if (entry.kind === 'record') this.records.push(entry.record);
    this.#queue = this.#queue.then(async () => {
      for (const entry of entries) {
        if (!this.following || entry.kind !== 'commit' || entry.sender === this.identity.key) continue;
        await this.take(entry.commit).catch(() => undefined);
      }
    });
  }

  /** What others said in this epoch, as far as a member can open it. */
  async overhear(): Promise<Content[]> {
    await this.settled();
    const said: Content[] = [];
    for (const entry of this.entries) {
      if (entry.kind !== 'message' || entry.sender === this.identity.key) continue;
      const { cs, mls } = this.attacker;
      const opened = await processPrivateMessage(mls, decodeEnvelope(entry.bytes), pskIndex([]), cs).catch(
        () => null,
      );
      if (opened?.kind !== 'applicationMessage') continue;
      this.adopt(opened.newState);
      const content = decodeContent(opened.message);
      if (content) said.push(content);
    }
    return said;
  }

  /** Applies a commit of others, without any policy. Throws where it cannot. */
  async take(commit: Uint8Array): Promise<void> {
    const { cs, mls } = this.attacker;
    const result = await processPrivateMessage(
      mls,
      decodeEnvelope(commit),
      pskIndex([this.psk]),
      cs,
      () => 'accept',
    );
    this.#mls = result.newState;
  }
}
