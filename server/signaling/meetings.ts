import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { readChain } from '../../shared/records/chain.ts';
import { openMeeting } from '../meeting/state.ts';
import { MeetingRuntime, type RuntimeParts } from './runtime.ts';

interface Held {
  readonly runtime: Promise<MeetingRuntime>;
  users: number;
}

/** How often meetings that nobody is in are looked for, in milliseconds. */
const SWEEP_MS = 30_000;

/** The meetings in memory: read from the store when somebody comes, forgotten when nobody is left. */
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
    return this.#held.get(meeting)?.users ?? 0;
  }

  /**
   * Holds a meeting in memory until `release`. The runtime rejects with `not-found` or what the
   * store throws.
   */
  acquire(meeting: MeetingId): { runtime: Promise<MeetingRuntime>; release: () => void } {
    const held = this.#held.get(meeting) ?? { runtime: this.#load(meeting), users: 0 };
    this.#held.set(meeting, held);
    held.users += 1;
    held.runtime.catch(() => {
      if (this.#held.get(meeting) === held) this.#held.delete(meeting);
    });
    let holding = true;
    const release = () => {
      if (holding) held.users -= 1;
      holding = false;
      this.#scheduleSweep();
    };
    return { runtime: held.runtime, release };
  }

  /** The meeting where it is in memory: one that nobody is in may not be. */
  async current(meeting: MeetingId): Promise<MeetingRuntime | null> {
    return (await this.#held.get(meeting)?.runtime.catch(() => null)) ?? null;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelSweep?.();
    for (const { runtime } of this.#held.values()) {
      await runtime.then(
        (meeting) => meeting.close(),
        () => undefined,
      );
    }
    this.#held.clear();
  }

  async #load(meeting: MeetingId): Promise<MeetingRuntime> {
    const { store, crypto } = this.#parts;
    const records = await store.records(meeting);
    if (records.length === 0) throw new ProtocolError('not-found');
    const result = readChain(records, crypto);
    // Only verified records are written, so this is a damaged database.
    if (!result.ok) throw new Error(`stored chain refused: ${result.refusal}`);
    return new MeetingRuntime(openMeeting(result.chain, records), this.#parts);
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
      if (held.users > 0) continue;
      const runtime = await held.runtime.catch(() => null);
      // Somebody may have come during the wait.
      if (held.users > 0 || this.#held.get(meeting) !== held) continue;
      if (runtime && !runtime.idle) this.#scheduleSweep();
      else {
        runtime?.close();
        this.#held.delete(meeting);
      }
    }
  }
}
