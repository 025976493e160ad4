import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import { NotOwner, type Ownership } from '../cluster/cluster.ts';
import { logTag } from '../log.ts';
import type { MeetingState } from '../meeting/state.ts';
import { orphaned, replay } from '../meeting/takeOver.ts';
import { decodeCommand, decodeState, encodeState } from './journalCodec.ts';
import { type MeetingCounts, MeetingRuntime, type RuntimeParts } from './runtime.ts';

/** A meeting in memory, as far as the server knows it. */
export interface LiveMeeting extends MeetingCounts {
  readonly meeting: MeetingId;
  /** Since when this server has it, in milliseconds since 1970. */
  readonly since: number;
}

interface Held {
  readonly since: number;
  readonly runtime: Promise<MeetingRuntime>;
  /** One for each user: breaks its connection. */
  readonly users: Set<() => void>;
  ownership: Ownership | null;
}

/** How often meetings that nobody is in are looked for, in milliseconds. */
const SWEEP_MS = 30_000;

/** How long everyone has to come back after a change of owner, in milliseconds. */
const RETURN_MS = 15_000;

/**
 * The meetings that this node owns, in memory: read from store and journal when somebody comes, forgotten when nobody is
 * left.
 */
export class Meetings {
  readonly #parts: RuntimeParts;
  readonly #held = new Map<MeetingId, Held>();
  #cancelSweep: (() => void) | null = null;
  #closed = false;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#held.size;
  }

  users(meeting: MeetingId): number {
    return this.#held.get(meeting)?.users.size ?? 0;
  }

  /**
   * Holds a meeting in memory until `release`. `breakOff` is called where this node stops to own it. The runtime
   * rejects with `not-found`, NotOwner, or what store and cluster throw.
   */
  acquire(
    meeting: MeetingId,
    breakOff: () => void,
  ): { runtime: Promise<MeetingRuntime>; release: () => void } {
    const held = this.#held.get(meeting) ?? this.#hold(meeting);
    const user = () => breakOff();
    held.users.add(user);
    const release = () => {
      held.users.delete(user);
      this.#scheduleSweep();
    };
    return { runtime: held.runtime, release };
  }

  /** The meeting where it is in memory: one that nobody is in may not be. */
  async current(meeting: MeetingId): Promise<MeetingRuntime | null> {
    return (await this.#held.get(meeting)?.runtime.catch(() => null)) ?? null;
  }

  /** All that somebody is in, or was a moment ago. */
  async live(): Promise<readonly LiveMeeting[]> {
    const all = [...this.#held].map(async ([meeting, { since, runtime }]) => {
      const counts = (await runtime.catch(() => null))?.counts;
      return counts ? [{ meeting, since, ...counts }] : [];
    });
    return (await Promise.all(all)).flat();
  }

  /**
   * Sends everybody home by the operator's will. The store has ended the meeting before, so that whoever connects
   * again is told so; whoever has not proven a key yet is cut off, and finds out the same way.
   */
  async stop(meeting: MeetingId): Promise<void> {
    const held = this.#held.get(meeting);
    if (!held) return;
    const runtime = await held.runtime.catch(() => null);
    await runtime?.submit({ type: 'stop' }, () => undefined);
    this.#drop(meeting, held);
    await this.#giveUp(meeting, held, true);
    this.#parts.onEnded(meeting);
  }

  /** This node is no longer among the living: others may own its meetings. */
  dropAll(): void {
    for (const [meeting, held] of [...this.#held]) this.#drop(meeting, held);
  }

  /** Hands every meeting over as it is. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelSweep?.();
    for (const [meeting, held] of this.#held) {
      const runtime = await held.runtime.catch(() => null);
      await runtime?.quiet();
      const idle = runtime?.idle ?? false;
      runtime?.close();
      await this.#giveUp(meeting, held, idle);
    }
    this.#held.clear();
  }

  #hold(meeting: MeetingId): Held {
    const held: Held = {
      since: this.#parts.clock.now(),
      runtime: this.#load(meeting, () => held),
      users: new Set(),
      ownership: null,
    };
    this.#held.set(meeting, held);
    held.runtime.catch(() => {
      if (this.#held.get(meeting) === held) this.#held.delete(meeting);
    });
    return held;
  }

  async #load(meeting: MeetingId, held: () => Held): Promise<MeetingRuntime> {
    const { cluster, place, store, crypto, clock, rules } = this.#parts;
    // Handed over already.
    if (this.#closed) throw new NotOwner();
    const ownership = await cluster.own(meeting, cluster.self);
    if (ownership.node !== cluster.self) throw new NotOwner();
    held().ownership = ownership;
    const journal = cluster.journal(meeting, ownership);
    const kept = await journal?.read();
    const records = await store.records(meeting);
    if (records.length === 0) throw new ProtocolError('not-found');
    const snapshot = kept?.snapshot ? decodeState(kept.snapshot) : null;
    const replayed = replay(records, snapshot, kept?.entries.map(decodeCommand) ?? [], { crypto, rules });
    const state = await this.#stored(meeting, records, replayed);
    if (!place.isFor(state.chain.policy)) throw new ProtocolError('region-unavailable');
    const taken = orphaned(state, clock.now(), { crypto, rules: { ...rules, graceMs: RETURN_MS } });
    await journal?.snapshot(encodeState(taken.state));
    const runtime = new MeetingRuntime(taken.state, this.#parts, {
      journal,
      lost: (error) => {
        const { log } = this.#parts;
        log.warn({ error, meeting: logTag(meeting) }, 'meeting given up by this node');
        this.#drop(meeting, held());
      },
    });
    runtime.resume(taken.effects);
    const members = state.members.size;
    if (members > 0) this.#parts.log.info({ meeting: logTag(meeting), members }, 'meeting taken over');
    return runtime;
  }

  /** Brings the store up to what the journal says. Where they differ, the records count, and the group starts anew. */
  async #stored(
    meeting: MeetingId,
    records: readonly SignedRecord[],
    { state, persist }: ReturnType<typeof replay>,
  ): Promise<MeetingState> {
    const { store, clock, crypto, rules, log } = this.#parts;
    let fits = records.length <= state.records.length;
    for (const { record, hash, prev, seq, ended } of persist) {
      const end = ended ? { endedAt: clock.now() } : {};
      fits &&= (await store.append(meeting, { record, hash, prev, seq, ...end })) === 'appended';
    }
    if (fits) return state;
    log.error({ meeting: logTag(meeting) }, 'journal does not fit the records');
    return replay(await store.records(meeting), null, [], { crypto, rules }).state;
  }

  #drop(meeting: MeetingId, held: Held): void {
    if (this.#held.get(meeting) === held) this.#held.delete(meeting);
    void held.runtime.then(
      (runtime) => runtime.close(),
      () => undefined,
    );
    for (const breakOff of [...held.users]) breakOff();
  }

  async #giveUp(meeting: MeetingId, { ownership }: Held, forget: boolean): Promise<void> {
    if (!ownership) return;
    const { cluster, log } = this.#parts;
    // Where it fails the lease runs out by itself.
    await cluster.release(meeting, ownership, forget).catch((error: unknown) => {
      log.warn({ error, meeting: logTag(meeting) }, 'meeting not released');
    });
  }

  #scheduleSweep(): void {
    if (this.#cancelSweep || this.#closed) return;
    this.#cancelSweep = this.#parts.clock.at(this.#parts.clock.now() + SWEEP_MS, () => {
      this.#cancelSweep = null;
      void this.#sweep();
    });
  }

  async #sweep(): Promise<void> {
    for (const [meeting, held] of this.#held) {
      if (held.users.size > 0) continue;
      const runtime = await held.runtime.catch(() => null);
      // Somebody may have come during the wait.
      if (held.users.size > 0 || this.#held.get(meeting) !== held) continue;
      if (runtime && !runtime.idle) this.#scheduleSweep();
      else {
        runtime?.close();
        this.#held.delete(meeting);
        await this.#giveUp(meeting, held, true);
      }
    }
  }
}
