import { SFrameError } from './error.ts';

/** Longest header: config byte, 8 bytes of KID, 8 bytes of CTR. */
export const maxHeaderLength = 17;

/** A parsed SFrame header (RFC 9605 section 4.3). `length` is its size in bytes. */
export interface SFrameHeader {
  readonly kid: number;
  readonly ctr: number;
  readonly length: number;
}

const inlineLimit = 8;

function byteLength(value: number): number {
  let length = 1;
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) length++;
  return length;
}

function writeField(out: Uint8Array, offset: number, value: number, length: number): void {
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    out[offset + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Bytes the header of a KID and CTR takes. */
export function headerLength(kid: number, ctr: number): number {
  return 1 + (kid < inlineLimit ? 0 : byteLength(kid)) + (ctr < inlineLimit ? 0 : byteLength(ctr));
}

/**
 * Writes the header at `offset` and returns its length. KID and CTR up to 2^53 - 1, which holds
 * every KID of section 5.2 in use here; `encodeHeader` covers the full 64 bits.
 * Throws SFrameError `out-of-range`.
 */
export function writeHeader(out: Uint8Array, offset: number, kid: number, ctr: number): number {
  if (!Number.isSafeInteger(kid) || kid < 0 || !Number.isSafeInteger(ctr) || ctr < 0) {
    throw new SFrameError('out-of-range', 'KID and CTR must be safe non-negative integers');
  }
  let config = 0;
  let end = offset + 1;
  if (kid < inlineLimit) {
    config |= kid << 4;
  } else {
    const length = byteLength(kid);
    config |= 0x80 | ((length - 1) << 4);
    writeField(out, end, kid, length);
    end += length;
  }
  if (ctr < inlineLimit) {
    config |= ctr;
  } else {
    const length = byteLength(ctr);
    config |= 0x08 | (length - 1);
    writeField(out, end, ctr, length);
    end += length;
  }
  out[offset] = config;
  return end - offset;
}

/** A field of `length` bytes, or -1 when it is cut short, not minimal, or beyond 2^53 - 1. */
function readField(bytes: Uint8Array, offset: number, length: number): number {
  if (offset + length > bytes.length || length > 7) return -1;
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[offset + i] ?? 0);
  const minimal = length === 1 ? value >= inlineLimit : bytes[offset] !== 0;
  return minimal && Number.isSafeInteger(value) ? value : -1;
}

/**
 * Parses the header at `offset`; null when it is cut short, not minimally encoded, or its KID or CTR
 * exceeds 2^53 - 1. One value has one encoding, so that a frame cannot be rewritten to look new.
 */
export function readHeader(bytes: Uint8Array, offset: number): SFrameHeader | null {
  const config = bytes[offset];
  if (config === undefined) return null;
  let end = offset + 1;
  let kid = (config >> 4) & 7;
  if ((config & 0x80) !== 0) {
    const length = kid + 1;
    kid = readField(bytes, end, length);
    if (kid < 0) return null;
    end += length;
  }
  let ctr = config & 7;
  if ((config & 0x08) !== 0) {
    const length = ctr + 1;
    ctr = readField(bytes, end, length);
    if (ctr < 0) return null;
    end += length;
  }
  return { kid, ctr, length: end - offset };
}

const max64 = (1n << 64n) - 1n;

function minimalBytes(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 255n));
  return bytes;
}

/** The header for any 64-bit KID and CTR. Throws SFrameError `out-of-range`. */
export function encodeHeader(kid: bigint, ctr: bigint): Uint8Array<ArrayBuffer> {
  if (kid < 0n || kid > max64 || ctr < 0n || ctr > max64) {
    throw new SFrameError('out-of-range', 'KID and CTR are 64-bit');
  }
  const kidBytes = kid < inlineLimit ? [] : minimalBytes(kid);
  const ctrBytes = ctr < inlineLimit ? [] : minimalBytes(ctr);
  const kidBits = kidBytes.length === 0 ? Number(kid) << 4 : 0x80 | ((kidBytes.length - 1) << 4);
  const ctrBits = ctrBytes.length === 0 ? Number(ctr) : 0x08 | (ctrBytes.length - 1);
  return Uint8Array.from([kidBits | ctrBits, ...kidBytes, ...ctrBytes]);
}

/** Parses any header at the start of `bytes`. Throws SFrameError `malformed`. */
export function decodeHeader(bytes: Uint8Array): { kid: bigint; ctr: bigint; length: number } {
  const config = bytes[0];
  if (config === undefined) throw new SFrameError('malformed', 'empty SFrame ciphertext');
  let offset = 1;
  const field = (extended: boolean, bits: number): bigint => {
    if (!extended) return BigInt(bits);
    const part = bytes.subarray(offset, offset + bits + 1);
    offset += bits + 1;
    const value = part.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const minimal = part.length === 1 ? value >= inlineLimit : part[0] !== 0;
    if (part.length !== bits + 1 || !minimal) throw new SFrameError('malformed', 'bad SFrame header');
    return value;
  };
  const kid = field((config & 0x80) !== 0, (config >> 4) & 7);
  const ctr = field((config & 0x08) !== 0, config & 7);
  return { kid, ctr, length: offset };
}
