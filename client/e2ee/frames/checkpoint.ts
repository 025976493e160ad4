/** Bytes of BLAKE2b over one SFrame ciphertext (header, ciphertext and tag, without synthetic header). */
export const frameHashLength = 16;

const version = 1;
const headerLength = 11;
const runLength = 18;

/** Frames with consecutive counters under one KID. */
export interface CheckpointRun {
  readonly kid: number;
  readonly firstCtr: number;
  /** `frameHashLength` bytes per frame, in counter order. */
  readonly hashes: Uint8Array;
}

/** What a sender states, under the signature of its leaf key, to have sent. */
export interface Checkpoint {
  readonly epoch: number;
  readonly runs: readonly CheckpointRun[];
}

/**
 * The bytes to sign: version (1), epoch (8), number of runs (2); per run KID (8), first CTR (8), count
 * (2) and the hashes. Integers big-endian.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const hashes = checkpoint.runs.reduce((sum, run) => sum + run.hashes.length, 0);
  const out = new Uint8Array(headerLength + checkpoint.runs.length * runLength + hashes);
  const view = new DataView(out.buffer);
  view.setUint8(0, version);
  view.setBigUint64(1, BigInt(checkpoint.epoch));
  view.setUint16(9, checkpoint.runs.length);
  let at = headerLength;
  for (const run of checkpoint.runs) {
    view.setBigUint64(at, BigInt(run.kid));
    view.setBigUint64(at + 8, BigInt(run.firstCtr));
    view.setUint16(at + 16, run.hashes.length / frameHashLength);
    out.set(run.hashes, at + runLength);
    at += runLength + run.hashes.length;
  }
  return out;
}

/** Parses `encodeCheckpoint` output; null unless it is exactly that. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint | null {
  if (bytes.length < headerLength || bytes[0] !== version) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const epoch = Number(view.getBigUint64(1));
  const runs: CheckpointRun[] = [];
  let at = headerLength;
  for (let left = view.getUint16(9); left > 0; left--) {
    if (at + runLength > bytes.length) return null;
    const kid = Number(view.getBigUint64(at));
    const firstCtr = Number(view.getBigUint64(at + 8));
    const end = at + runLength + view.getUint16(at + 16) * frameHashLength;
    if (end > bytes.length || !Number.isSafeInteger(kid) || !Number.isSafeInteger(firstCtr)) return null;
    runs.push({ kid, firstCtr, hashes: bytes.subarray(at + runLength, end) });
    at = end;
  }
  return at === bytes.length && Number.isSafeInteger(epoch) ? { epoch, runs } : null;
}
