import { equalBytes } from '../../../shared/bytes.ts';
import { type Checkpoint, encodeCheckpoint, frameHashLength } from './checkpoint.ts';
import type { AuthorshipState } from './messages.ts';

/** A frame must be covered by a signed checkpoint within this time of its arrival. */
export const coverWithinMs = 3_000;
/** How long an uncovered frame keeps its sender cut. */
const penaltyMs = 10_000;
/** Bound on remembered frames and statements per track: 30 s at 130 frames/s. */
const maxRemembered = 4_096;

interface OwnRun {
  readonly epoch: number;
  readonly kid: number;
  readonly firstCtr: number;
  readonly hashes: Uint8Array[];
}

/** What this device sent since the last checkpoint. */
export class AuthorshipLog {
  readonly #runs = new Map<number, OwnRun>();
  readonly #closed: OwnRun[] = [];

  record(epoch: number, kid: number, ctr: number, hash: Uint8Array): void {
    const run = this.#runs.get(kid);
    if (run !== undefined && run.epoch === epoch && run.firstCtr + run.hashes.length === ctr) {
      run.hashes.push(hash);
      return;
    }
    if (run !== undefined) this.#closed.push(run);
    this.#runs.set(kid, { epoch, kid, firstCtr: ctr, hashes: [hash] });
  }

  /** The checkpoints of everything recorded, one per epoch; empties the log. */
  take(): readonly { epoch: number; bytes: Uint8Array<ArrayBuffer> }[] {
    const byEpoch = new Map<number, Checkpoint['runs'][number][]>();
    for (const run of [...this.#closed, ...this.#runs.values()]) {
      const hashes = new Uint8Array(run.hashes.length * frameHashLength);
      run.hashes.forEach((hash, i) => {
        hashes.set(hash, i * frameHashLength);
      });
      const runs = byEpoch.get(run.epoch) ?? [];
      runs.push({ kid: run.kid, firstCtr: run.firstCtr, hashes });
      byEpoch.set(run.epoch, runs);
    }
    this.clear();
    return [...byEpoch].map(([epoch, runs]) => ({ epoch, bytes: encodeCheckpoint({ epoch, runs }) }));
  }

  clear(): void {
    this.#runs.clear();
    this.#closed.length = 0;
  }
}

interface Uncovered {
  readonly hash: Uint8Array;
  readonly at: number;
}

/**
 * Follows whether one received stream is what its sender signed for. A frame not covered within 3 s
 * cuts the stream (`unsigned`) until every waiting frame is covered, and for at least 10 s where one
 * never is. A frame that contradicts a signed hash was made by someone else: `forged`, final until the
 * track is bound anew.
 */
export class AuthorshipTracker {
  readonly #waiting = new Map<string, Uncovered>();
  readonly #stated = new Map<string, Uncovered>();
  #forged = false;
  #cut = false;

  /** Notes a frame that authenticated. */
  seen(kid: number, ctr: number, hash: Uint8Array, now: number): void {
    const name = `${kid}/${ctr}`;
    const stated = this.#stated.get(name);
    if (stated !== undefined) {
      this.#stated.delete(name);
      if (!equalBytes(stated.hash, hash)) this.#forged = true;
    } else if (this.#waiting.size < maxRemembered) {
      this.#waiting.set(name, { hash, at: now });
    } else {
      this.#cut = true;
    }
  }

  /** Applies one run of a verified checkpoint of the sender. */
  cover(kid: number, firstCtr: number, hashes: Uint8Array, now: number): void {
    for (let i = 0; i * frameHashLength < hashes.length; i++) {
      const name = `${kid}/${firstCtr + i}`;
      const hash = hashes.subarray(i * frameHashLength, (i + 1) * frameHashLength);
      const waiting = this.#waiting.get(name);
      if (waiting !== undefined) {
        this.#waiting.delete(name);
        if (!equalBytes(waiting.hash, hash)) this.#forged = true;
      } else {
        // Not received, or still on its way.
        this.#stated.set(name, { hash: hash.slice(), at: now });
      }
    }
    for (const name of this.#stated.keys()) {
      if (this.#stated.size <= maxRemembered) break;
      this.#stated.delete(name);
    }
  }

  /** The state now. Frames may pass only while it is `covered`. */
  state(now: number): AuthorshipState {
    if (this.#forged) return 'forged';
    // Arrival order is insertion order, so the oldest come first.
    for (const [name, { at }] of this.#waiting) {
      if (now - at <= penaltyMs) break;
      this.#waiting.delete(name);
    }
    for (const [name, { at }] of this.#stated) {
      if (now - at <= penaltyMs) break;
      this.#stated.delete(name);
    }
    const oldest = this.#waiting.values().next();
    const overdue = oldest.done !== true && now - oldest.value.at > coverWithinMs;
    this.#cut = overdue || (this.#cut && this.#waiting.size >= maxRemembered);
    return this.#cut ? 'unsigned' : 'covered';
  }
}
