import { concat } from '../../../../shared/bytes.ts';

/** Elements of WebM in use (RFC 9559, section 5), by their ids. */
export const ids = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  void: 0xec,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
} as const;

/** Where an element begins (RFC 8794, section 4): its id, its bytes of data, and the length of both fields. */
export interface ElementStart {
  readonly id: number;
  /** Null where the size is not known: it ends where an element comes that it cannot hold. */
  readonly size: number | null;
  readonly headLength: number;
}

/** Most bytes that id and size take. */
export const MOST_START = 12;
/** Bytes of a size field that leaves room for any size. */
export const WIDE = 8;

/** Reads the start of an element; null where bytes are missing. Throws RangeError for what is no EBML. */
export function readStart(bytes: Uint8Array, at: number): ElementStart | null {
  const idLength = widthOf(bytes[at], 4);
  if (idLength === null) return null;
  const sizeAt = at + idLength;
  const sizeLength = widthOf(bytes[sizeAt], 8);
  if (sizeLength === null || bytes.length < sizeAt + sizeLength) return null;
  const id = readUint(bytes, at, idLength);
  const size = isUnknown(bytes, sizeAt, sizeLength) ? null : readVint(bytes, sizeAt, sizeLength);
  return { id, size, headLength: idLength + sizeLength };
}

/** A variable-length number of known length, without its marker. */
export function readVint(bytes: Uint8Array, at: number, length: number): number {
  const first = (bytes[at] ?? 0) & (0xff >> length);
  return first * 256 ** (length - 1) + readUint(bytes, at + 1, length - 1);
}

/** All bits of the number set. */
function isUnknown(bytes: Uint8Array, at: number, length: number): boolean {
  const first = (bytes[at] ?? 0) | (0x100 - (1 << (8 - length)));
  return first === 0xff && bytes.subarray(at + 1, at + length).every((each) => each === 0xff);
}

/** Length of a variable-length number by its first byte; null where that is missing. Throws RangeError. */
export function widthOf(first: number | undefined, most: number): number | null {
  if (first === undefined) return null;
  const width = Math.clz32(first) - 23;
  if (width > most) throw new RangeError('not EBML');
  return width;
}

/** An unsigned number of so many bytes, big-endian; exact up to 2^53. */
export function readUint(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index++) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

/** An unsigned number in so many bytes, big-endian. */
export function uintBytes(value: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let index = length - 1; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** A float element's eight bytes. */
export function floatBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/** A size field of eight bytes; null for a size that is not known. */
export function wideSize(size: number | null): Uint8Array {
  const bytes = size === null ? new Uint8Array(WIDE).fill(0xff) : uintBytes(size, WIDE);
  bytes[0] = 0x01;
  return bytes;
}

/** An element id as it is written: it holds its own length mark. */
export function idBytes(id: number): Uint8Array {
  return uintBytes(id, Math.ceil((32 - Math.clz32(id)) / 8));
}

/** A whole element, its size in eight bytes. */
export function element(id: number, ...data: readonly Uint8Array[]): Uint8Array {
  const length = data.reduce((sum, each) => sum + each.length, 0);
  return concat(idBytes(id), wideSize(length), ...data);
}

/** An element that says nothing and takes `length` bytes in all, at least nine. */
export function voidOf(length: number): Uint8Array {
  return element(ids.void, new Uint8Array(length - 1 - WIDE));
}
