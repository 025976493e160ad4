import { concat, equalBytes } from '../../../shared/bytes.ts';
import { type CheckpointRun, decodeCheckpoint, encodeCheckpoint, frameHashLength } from './checkpoint.ts';
import type { AuthorshipState } from './messages.ts';

/** A frame must be covered by a signed checkpoint within this time of its arrival. */
export const coverWithinMs = 5_000;
/** An uncovered frame keeps its sender cut until so long after its arrival. */
export const penaltyMs = 12_000;
/** Bound on remembered frames and statements per track: 30 s at 130 frames/s. */
const maxRemembered = 4_096;

/** Frames in one checkpoint at most, so that it fits the datagram it travels in. */
const maxStated = 1_500;

interface OwnRun {
  readonly epoch: number;
  readonly kid: number;
  readonly firstCtr: number;
  readonly hashes: Uint8Array[];
}

/** What this device sent and has not stated yet. */
export class AuthorshipLog {
  #runs: OwnRun[] = [];
  #frames = 0;
  /** The run of each KID that can still grow. */
  readonly #open = new Map<number, OwnRun>();

  record(epoch: number, kid: number, ctr: number, hash: Uint8Array): void {
    const run = this.#open.get(kid);
    if (run !== undefined && run.epoch === epoch && run.firstCtr + run.hashes.length === ctr) {
      run.hashes.push(hash);
    } else {
      const begun = { epoch, kid, firstCtr: ctr, hashes: [hash] };
      this.#open.set(kid, begun);
      this.#runs.push(begun);
    }
    this.#bound(1);
  }

  /** Puts back a checkpoint that could not be sent; the next one states its frames again. */
  restore(bytes: Uint8Array): void {
    const checkpoint = decodeCheckpoint(bytes);
    if (checkpoint === null) return;
    for (const { kid, firstCtr, hashes: joined } of checkpoint.runs) {
      const hashes = Array.from({ length: joined.length / frameHashLength }, (_, i) =>
        joined.slice(i * frameHashLength, (i + 1) * frameHashLength),
      );
      this.#runs.push({ epoch: checkpoint.epoch, kid, firstCtr, hashes });
      this.#bound(hashes.length);
    }
  }

  /** The checkpoints of everything recorded, each of one epoch; empties the log. */
  take(): readonly { epoch: number; bytes: Uint8Array<ArrayBuffer> }[] {
    const checkpoints: { epoch: number; runs: CheckpointRun[]; frames: number }[] = [];
    for (const { epoch, kid, firstCtr, hashes } of this.#runs) {
      for (let from = 0; from < hashes.length; ) {
        let last = checkpoints.findLast((checkpoint) => checkpoint.epoch === epoch);
        if (last === undefined || last.frames >= maxStated) {
          last = { epoch, runs: [], frames: 0 };
          checkpoints.push(last);
        }
        const part = hashes.slice(from, from + maxStated - last.frames);
        last.runs.push({ kid, firstCtr: firstCtr + from, hashes: concat(...part) });
        last.frames += part.length;
        from += part.length;
      }
    }
    this.clear();
    return checkpoints.map(({ epoch, runs }) => ({ epoch, bytes: encodeCheckpoint({ epoch, runs }) }));
  }

  /**
   * A group with `epoch` goes on or begins. What was sent before stays to be stated, so that a rejoin
   * leaves no unsigned frames behind, unless epochs start over: then KIDs may name other keys.
   */
  enter(epoch: number): void {
    if (this.#runs.some((run) => run.epoch >= epoch)) this.clear();
  }

  clear(): void {
    this.#runs = [];
    this.#frames = 0;
    this.#open.clear();
  }

  /** Forgets the oldest runs beyond what receivers would still remember. */
  #bound(added: number): void {
    this.#frames += added;
    while (this.#frames > maxRemembered && this.#runs.length > 1) {
      this.#frames -= this.#runs.shift()?.hashes.length ?? 0;
    }
  }
}

interface Uncovered {
  readonly hash: Uint8Array;
  readonly at: number;
}

/**
 * Follows whether one received stream is what its sender signed for. A frame not covered within 5 s
 * cuts the stream (`unsigned`) until every waiting frame is covered or, where one never is, until 12 s after
 * the last such frame came. A frame that contradicts a signed hash was made by someone else: `forged`, final until the
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

  /** Lets uncovered frames go. A forgery stays one. */
  forgive(): void {
    this.#waiting.clear();
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
