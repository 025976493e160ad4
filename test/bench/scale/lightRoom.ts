import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../../shared/bytes.ts';
import { type GroupId, groupId, type KnockId, type MeetingId } from '../../../shared/ids.ts';
import { type Preset, presetPolicy } from '../../../shared/roles.ts';
import { offer } from '../../integration/media/offers.ts';
import { foundRequest, signedKnock } from '../../support/invitation.ts';
import { Script } from '../../unit/records/signing.ts';
import { LightMember } from './lightMember.ts';

/** Bytes of what only members can read, as measured with the real clients; see BENCHMARKS.md. */
export interface SealedSizes {
  readonly knock: number;
  readonly addCommit: (adds: number) => number;
  readonly welcome: (members: number) => number;
  readonly removeCommit: (members: number) => number;
  readonly pulse: number;
}

/** X-Wing, a tree in which a part of the inner nodes has keys. */
export const xWingSizes: SealedSizes = {
  knock: 3_600,
  addCommit: (adds) => 300 + 2_945 * adds,
  welcome: (members) => 3_000 + 1_730 * members,
  removeCommit: (members) => 24_000 + 280 * members,
  pulse: 700,
};

/** What of the sizes grows with the meeting, left out: what the server itself adds shows then. */
export const constantSizes: SealedSizes = {
  knock: 3_600,
  addCommit: () => 3_000,
  welcome: () => 3_000,
  removeCommit: () => 3_000,
  pulse: 700,
};

const random = (length: number) => new Uint8Array(randomBytes(length));
/** Devices that one record lets in. */
const ADMIT_AT_ONCE = 100;

/** A running meeting of light members on a real server. */
export class LightRoom {
  readonly #origin: string;
  readonly #script: Script;
  readonly #sizes: SealedSizes;
  readonly #groupId: GroupId = groupId.parse(toBase64Url(randomBytes(16)));
  readonly members: LightMember[] = [];
  #epoch = 0;
  #mids = 0;

  private constructor(origin: string, script: Script, sizes: SealedSizes) {
    this.#origin = origin;
    this.#script = script;
    this.#sizes = sizes;
  }

  /** A meeting with its host in it. `create` stores its first records. */
  static async open(
    origin: string,
    create: (script: Script) => Promise<void>,
    options: { readonly preset?: Preset; readonly sizes?: SealedSizes } = {},
  ): Promise<LightRoom> {
    const script = new Script(presetPolicy(options.preset ?? 'open'));
    await create(script);
    const room = new LightRoom(origin, script, options.sizes ?? xWingSizes);
    const host = await room.arrive();
    script.add(script.host, { type: 'grant', device: host.device, role: 'host' });
    const record = script.records.at(-1);
    if (record) await host.ask('record:append', { record });
    await host.ask('group:found', foundRequest(script.invitation, host.device, room.#groupId));
    room.members.push(host);
    return room;
  }

  get meeting(): MeetingId {
    return this.#script.chain.meeting;
  }

  get host(): LightMember {
    const [host] = this.members;
    if (!host) throw new Error('a meeting without its host');
    return host;
  }

  /** Bytes of a commit that takes somebody out now. */
  get removalBytes(): number {
    return this.#sizes.removeCommit(this.members.length);
  }

  /** A device at the door. */
  arrive(): Promise<LightMember> {
    return LightMember.arrive(this.#origin, this.meeting);
  }

  async knock(member: LightMember): Promise<KnockId> {
    const content = { kind: 'lobby', keyPackageRef: random(64), sealed: random(this.#sizes.knock) } as const;
    const { knockId } = await member.ask(
      'lobby:knock',
      signedKnock(this.#script.invitation, member.device, content),
    );
    return knockId;
  }

  /** Lets devices in that have knocked, by one record where there is a lobby, and one commit. */
  async admit(
    entrants: readonly { readonly member: LightMember; readonly knockId: KnockId }[],
  ): Promise<void> {
    if (this.#script.chain.policy.lobby) {
      const devices = entrants.map(({ member }) => member.device);
      this.#script.add(this.#script.host, { type: 'admit', devices });
      const record = this.#script.records.at(-1);
      if (record) await this.host.ask('record:append', { record });
    }
    const welcomed = Promise.allSettled(
      entrants.map(async ({ member }) => {
        await member.next('lobby:welcome');
        return member;
      }),
    );
    await this.host.ask('group:commit', {
      groupId: this.#groupId,
      epoch: this.#epoch,
      commit: random(this.#sizes.addCommit(entrants.length)),
      welcome: random(this.#sizes.welcome(this.members.length + entrants.length)),
      admitted: entrants.map(({ knockId }) => knockId),
      removed: [],
    });
    this.#epoch += 1;
    this.members.push(...present(await welcomed));
  }

  /** So many more, who come together. Where this machine is too busy to keep their connections, fewer. */
  async join(count: number): Promise<readonly LightMember[]> {
    const coming = Array.from({ length: count }, async () => {
      const member = await this.arrive();
      return { member, knockId: await this.knock(member) };
    });
    const entrants = present(await Promise.allSettled(coming)).filter(({ member }) => !member.lost);
    if (entrants.length < count) console.error(`${count - entrants.length} could not come`);
    if (entrants.length > 0) await this.admit(entrants);
    return entrants.map(({ member }) => member);
  }

  /** Until so many are there, the host counted. */
  async fill(count: number): Promise<void> {
    while (this.members.length < count) {
      await this.join(Math.min(ADMIT_AT_ONCE, count - this.members.length));
    }
  }

  /** The newest members leave together, and one commit takes them out. */
  async leave(count: number): Promise<void> {
    const leavers = this.members.splice(this.members.length - count, count);
    await Promise.all(leavers.map((leaver) => leaver.ask('session:leave', {})));
    await this.commit(leavers);
    for (const leaver of leavers) leaver.close();
  }

  /** A commit of the host that takes members out who have left, or nobody. */
  async commit(left: readonly LightMember[] = []): Promise<void> {
    await this.host.ask('group:commit', {
      groupId: this.#groupId,
      epoch: this.#epoch,
      commit: random(this.removalBytes),
      admitted: [],
      removed: left.map(({ device }) => device),
    });
    this.#epoch += 1;
  }

  /** One member tells all others what it has seen, as every client does from time to time. */
  async pulse(member: LightMember): Promise<void> {
    await member.ask('group:relay', { bytes: random(this.#sizes.pulse) });
  }

  /** A member says something to all others. */
  async say(member: LightMember): Promise<void> {
    await member.ask('group:send', { groupId: this.#groupId, bytes: random(this.#sizes.pulse) });
  }

  /** Switches a member's microphone on. Answers with the stream's id. */
  async speak(member: LightMember): Promise<string> {
    const { rtpCapabilities } = await member.ask('media:capabilities', {});
    const { id: transportId } = await member.ask('media:createTransport', { direction: 'send' });
    this.#mids += 1;
    const rtpParameters = offer(rtpCapabilities, 'audio/opus', String(this.#mids));
    const source = { kind: 'audio', source: 'microphone', paused: false } as const;
    const made = await member.ask('media:produce', { transportId, rtpParameters, ...source });
    const { producerId } = made;
    if (made.paused) await member.ask('media:setProducer', { producerId, state: 'live' });
    return producerId;
  }

  close(): void {
    for (const member of this.members) member.close();
  }
}

function present<Value>(outcomes: readonly PromiseSettledResult<Value>[]): Value[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
