import { equalBytes } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey, KnockId } from '../../../shared/ids.ts';
import { mayEnter } from '../../../shared/records/rights.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import { GroupError } from '../../e2ee/group/error.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { PendingCommit } from '../../e2ee/group/pendingCommit.ts';
import type { Member } from '../../e2ee/group/roster.ts';
import { CommitTurn } from './commitTurn.ts';
import type { CoreContext } from './context.ts';
import { meetingPsk } from './groupEntry.ts';
import { groupIdOf } from './groupNames.ts';

/** A newcomer whose knock was opened and checked, ready to be added. */
export interface Newcomer {
  readonly knockId: KnockId;
  readonly device: DeviceKey;
  readonly keyPackage: Uint8Array;
}

const ADDS_PER_COMMIT = 100;
const RETRY_MS = 700;
/** Longer than several members in a row may take to stand in for a silent committer. */
const OVERDUE_MS = 8_000;

/** Knows what the group is due to do (let newcomers in, take departed members out) and commits it in turn. */
export class Committer {
  readonly #context: CoreContext;
  readonly #group: () => Group | null;
  readonly #turn: CommitTurn;
  readonly #newcomers = new Map<KnockId, Newcomer>();
  /** Members that are gone or were put out, each since when. */
  readonly #departed = new Map<DeviceKey, number>();
  #pending: PendingCommit[] = [];
  #failures = 0;

  constructor(context: CoreContext, group: () => Group | null) {
    this.#context = context;
    this.#group = group;
    this.#turn = new CommitTurn(context.clock, (turn) => this.#commitDue(turn.rekey));
  }

  get departed(): ReadonlySet<DeviceKey> {
    return new Set(this.#departed.keys());
  }

  /** A newcomer that may be added; replaced by a later offer of the same knock. */
  offer(newcomer: Newcomer): void {
    this.#newcomers.set(newcomer.knockId, newcomer);
    this.reconsider();
  }

  withdraw(knockId: KnockId): void {
    this.#newcomers.delete(knockId);
  }

  /** This device decided on the next change itself and commits without waiting for its turn. */
  hurry(): void {
    this.#turn.hurry();
    this.reconsider();
  }

  /** A member is gone or was put out: its leaf is to be removed, and its word counts no more. */
  depart(device: DeviceKey): void {
    if (!this.#departed.has(device)) this.#departed.set(device, this.#context.clock.now());
  }

  /** Whether a departed member keeps its leaf for longer than honest delivery explains. */
  overdue(): boolean {
    const now = this.#context.clock.now();
    const here = new Set(
      this.#group()
        ?.roster()
        .map((member) => deviceOf(member.signatureKey)),
    );
    return [...this.#departed].some(([device, since]) => here.has(device) && now - since > OVERDUE_MS);
  }

  /** The own commit with these bytes, if there is one. */
  ownCommit(commit: Uint8Array): PendingCommit | null {
    return this.#pending.find((pending) => equalBytes(pending.commit, commit)) ?? null;
  }

  /** A new epoch began with these changes: what they settle is no longer due. */
  newEpoch(added: readonly Member[], removed: readonly Member[]): void {
    for (const pending of this.#pending) pending.discard();
    this.#pending = [];
    for (const member of removed) this.#departed.delete(deviceOf(member.signatureKey));
    const arrived = new Set(added.map((member) => deviceOf(member.signatureKey)));
    for (const device of arrived) this.#departed.delete(device);
    for (const [knockId, { device }] of this.#newcomers)
      if (arrived.has(device)) this.#newcomers.delete(knockId);
    this.#turn.newEpoch();
  }

  /** Looks at what is due again. */
  reconsider(): void {
    const group = this.#group();
    const { adds, removes } = this.#work();
    const rank = group ? this.#rank(group) : -1;
    if (!group || rank < 0) this.#turn.stop();
    else this.#turn.consider(adds.length + removes.length > 0, rank, group.roster().length);
  }

  /** Forgets everything, when this device leaves. */
  stop(): void {
    for (const pending of this.#pending) pending.discard();
    this.#pending = [];
    this.#departed.clear();
    this.#newcomers.clear();
    this.#turn.stop();
  }

  /** Own place among those who could commit now, 0 first. */
  #rank(group: Group): number {
    const present = group.roster().filter((member) => !this.#departed.has(deviceOf(member.signatureKey)));
    return present.findIndex((member) => member.leafIndex === group.ownLeaf);
  }

  #work(): { adds: Newcomer[]; removes: Member[] } {
    const group = this.#group();
    if (!group) return { adds: [], removes: [] };
    const roster = group.roster();
    const here = new Set(roster.map((member) => deviceOf(member.signatureKey)));
    const adds = new Map<DeviceKey, Newcomer>();
    for (const newcomer of this.#newcomers.values()) {
      const free = !here.has(newcomer.device) || this.#departed.has(newcomer.device);
      if (free && mayEnter(this.#context.records.chain, newcomer.device)) adds.set(newcomer.device, newcomer);
    }
    return {
      adds: [...adds.values()].slice(0, ADDS_PER_COMMIT),
      removes: roster.filter(
        (member) => member.leafIndex !== group.ownLeaf && this.#departed.has(deviceOf(member.signatureKey)),
      ),
    };
  }

  #commitDue(rekey: boolean): Promise<void> {
    return this.#context.serial.run(async () => {
      const group = this.#group();
      const { adds: wanted, removes } = this.#work();
      if (!group || (wanted.length + removes.length === 0 && !rekey)) return;
      const { pending, adds } = await this.#make(group, wanted, removes);
      this.#pending.push(pending);
      try {
        await this.#context.signaling.request('group:commit', {
          groupId: groupIdOf(group),
          epoch: Number(group.epoch),
          commit: pending.commit,
          ...(pending.welcome ? { welcome: pending.welcome } : {}),
          admitted: adds.map((newcomer) => newcomer.knockId),
          removed: removes.map((member) => deviceOf(member.signatureKey)),
        });
        this.#failures = 0;
      } catch (error) {
        this.#onRefused(pending, error);
      }
    });
  }

  /**
   * Makes a commit of as many newcomers as one tree can hold. One whose key package does not fit must
   * not keep out the others, nor keep in who is to go: it is found by halves and forgotten.
   */
  async #make(
    group: Group,
    adds: readonly Newcomer[],
    removes: readonly Member[],
  ): Promise<{ readonly pending: PendingCommit; readonly adds: readonly Newcomer[] }> {
    try {
      const pending = await group.commit({
        adds: adds.map((newcomer) => newcomer.keyPackage),
        removes: removes.map((member) => member.leafIndex),
        psk: adds.length > 0 ? meetingPsk(this.#context) : undefined,
      });
      return { pending, adds };
    } catch (error) {
      const [first, ...others] = adds;
      if (!first || !(error instanceof GroupError)) throw error;
      if (others.length === 0) this.#newcomers.delete(first.knockId);
      return this.#make(group, adds.slice(0, adds.length >> 1), removes);
    }
  }

  #onRefused(pending: PendingCommit, error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error;
    // Unreachable leaves it open whether the commit was taken: the stream will tell.
    if (error.code !== 'unavailable') {
      pending.discard();
      this.#pending = this.#pending.filter((other) => other !== pending);
    }
    if (error.code === 'epoch-conflict') return;
    this.#failures += 1;
    this.#turn.retryAfter(RETRY_MS * Math.min(this.#failures, 8));
  }
}
