import { SFrameError } from './error.ts';

/** Bits of the KID that hold the epoch (RFC 9605 section 5.2). */
export const epochBits = 8;
/** Bits of the KID that hold the sender's leaf index. */
export const leafBits = 16;

const epochs = 2 ** epochBits;
const leaves = 2 ** leafBits;
const contexts = 2 ** (53 - epochBits - leafBits);

export interface MlsKid {
  /** What the sender uses the key for; here, the source of the stream. */
  readonly context: number;
  readonly leaf: number;
  /** The epoch modulo 2^8. */
  readonly epoch: number;
}

/**
 * KID = context << (S + E) | leaf << E | epoch mod 2^E, with E = 8 and S = 16 (RFC 9605 section 5.2).
 * Throws SFrameError `out-of-range` for a leaf beyond 65535 or a context beyond 2^29 - 1.
 */
export function encodeMlsKid(context: number, leaf: number, epoch: number): number {
  if (!Number.isInteger(context) || context < 0 || context >= contexts) {
    throw new SFrameError('out-of-range', 'context does not fit the KID');
  }
  if (!Number.isInteger(leaf) || leaf < 0 || leaf >= leaves) {
    throw new SFrameError('out-of-range', 'leaf index does not fit the KID');
  }
  if (!Number.isSafeInteger(epoch) || epoch < 0) throw new SFrameError('out-of-range', 'bad epoch');
  return (context * leaves + leaf) * epochs + (epoch % epochs);
}

/** The fields of a KID. */
export function decodeMlsKid(kid: number): MlsKid {
  const epoch = kid % epochs;
  const rest = Math.floor(kid / epochs);
  return { epoch, leaf: rest % leaves, context: Math.floor(rest / leaves) };
}
