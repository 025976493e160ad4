import type { BlobId, MeetingId } from '../../../shared/ids.ts';
import type { SignedRecord } from '../../../shared/records/record.ts';
import type { Signer } from '../../unit/records/signing.ts';

/** A file as its sender knows it. */
export interface Sent {
  readonly meeting: MeetingId;
  readonly owner: Signer;
  readonly bytes: Uint8Array;
  /** How many bytes the server said it has. */
  acknowledged: number;
}

/** Everything that the server has acknowledged, however often it was killed since. */
export class Ledger {
  /** Records of each meeting, in order, with those it was founded by. */
  readonly records = new Map<MeetingId, SignedRecord[]>();
  readonly ended = new Set<MeetingId>();
  readonly blobs = new Map<BlobId, Sent>();

  get writes(): {
    readonly meetings: number;
    readonly records: number;
    readonly files: number;
    readonly ends: number;
  } {
    const whole = [...this.blobs.values()].filter(({ acknowledged, bytes }) => acknowledged === bytes.length);
    return {
      meetings: this.records.size,
      records: [...this.records.values()].reduce((sum, each) => sum + each.length, 0),
      files: whole.length,
      ends: this.ended.size,
    };
  }
}

/** Numbers that are the same for the same seed (mulberry32), 0 up to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
