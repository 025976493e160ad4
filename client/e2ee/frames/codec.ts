/**
 * Synthetic codec headers. The whole encoded frame is encrypted; in front of it stand only the bytes a
 * selective forwarding unit and a receiver's depacketizer must see to treat the packet as what it is:
 * constants that depend on the codec and, for VP8 and AV1, on key or delta.
 *
 * VP8   first bit tells key from delta; a key frame also needs ten bytes with a start code and a size
 *       (RFC 7741 section 4.3, RFC 6386 section 9.1). The size is always 16 x 16.
 * VP9   nothing: all of it is in the RTP payload descriptor, which the browser writes itself.
 * AV1   the RTP packetizer takes the frame apart into OBUs, so the ciphertext travels as one OBU_FRAME;
 *       before a key frame stands an empty sequence header, which marks a new coded video sequence.
 * Opus  nothing. The ciphertext is far longer than the two bytes that mark discontinuous transmission.
 */
export type Codec = 'vp8' | 'vp9' | 'av1' | 'opus';

/** Whether a decoder can start here. VP9 and Opus frames do not say and are `delta` throughout. */
export type FrameKind = 'key' | 'delta';

/** Where the SFrame ciphertext of a received frame begins, and what its synthetic header says. */
export interface Unwrapped {
  readonly offset: number;
  readonly kind: FrameKind;
}

const mimeTypes: ReadonlyMap<string, Codec> = new Map([
  ['video/vp8', 'vp8'],
  ['video/vp9', 'vp9'],
  ['video/av1', 'av1'],
  ['audio/opus', 'opus'],
]);

/** The codec of a MIME type in any case, null for every other: such a frame is dropped. */
export function codecOf(mimeType: string): Codec | null {
  return mimeTypes.get(mimeType.toLowerCase()) ?? null;
}

const vp8Key = Uint8Array.of(0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x10, 0x00, 0x10, 0x00);
const vp8Delta = Uint8Array.of(0x01);

const obuSequenceHeader = 1;
const obuWithSize = 0x02;
/** obu_type sequence header, obu_has_size_field, size 0. */
const av1Sequence = Uint8Array.of((obuSequenceHeader << 3) | obuWithSize, 0x00);
/** obu_type frame, obu_has_size_field; the size follows. */
const av1Frame = (6 << 3) | obuWithSize;

/** Key or delta, read from the encoded bytes of a frame about to be sent. */
export function kindOf(codec: Codec, frame: Uint8Array): FrameKind {
  if (codec === 'vp8') return ((frame[0] ?? 1) & 1) === 0 ? 'key' : 'delta';
  if (codec === 'av1') return hasSequenceHeader(frame) ? 'key' : 'delta';
  return 'delta';
}

/** Whether an AV1 temporal unit holds a sequence header, which only accompanies key frames. */
function hasSequenceHeader(frame: Uint8Array): boolean {
  let at = 0;
  while (at < frame.length) {
    const header = frame[at] ?? 0;
    if (((header >> 3) & 15) === obuSequenceHeader) return true;
    if ((header & obuWithSize) === 0) return false;
    const size = readLeb128(frame, at + 1 + ((header >> 2) & 1));
    if (size === null) return false;
    at = size.end + size.value;
  }
  return false;
}

/** Bytes the synthetic header of a ciphertext of `length` bytes takes. */
export function prefixLength(codec: Codec, kind: FrameKind, length: number): number {
  if (codec === 'vp8') return kind === 'key' ? vp8Key.length : vp8Delta.length;
  if (codec === 'av1') return (kind === 'key' ? av1Sequence.length : 0) + 1 + leb128Length(length);
  return 0;
}

/** Writes the synthetic header into the first `prefixLength` bytes of `frame`. */
export function writePrefix(codec: Codec, kind: FrameKind, frame: Uint8Array, length: number): void {
  if (codec === 'vp8') frame.set(kind === 'key' ? vp8Key : vp8Delta);
  if (codec === 'av1') {
    let at = 0;
    if (kind === 'key') {
      frame.set(av1Sequence);
      at = av1Sequence.length;
    }
    frame[at] = av1Frame;
    writeLeb128(frame, at + 1, length);
  }
}

/** Finds the ciphertext behind the synthetic header; null unless the header is exactly one we write. */
export function unwrap(codec: Codec, frame: Uint8Array): Unwrapped | null {
  if (codec === 'vp8') {
    const kind = kindOf(codec, frame);
    const prefix = kind === 'key' ? vp8Key : vp8Delta;
    return startsWith(frame, 0, prefix) ? { offset: prefix.length, kind } : null;
  }
  if (codec === 'av1') {
    const kind = startsWith(frame, 0, av1Sequence) ? 'key' : 'delta';
    const at = kind === 'key' ? av1Sequence.length : 0;
    if (frame[at] !== av1Frame) return null;
    const size = readLeb128(frame, at + 1);
    if (size === null || size.end + size.value !== frame.length) return null;
    return size.end - at - 1 === leb128Length(size.value) ? { offset: size.end, kind } : null;
  }
  return { offset: 0, kind: 'delta' };
}

function startsWith(frame: Uint8Array, at: number, prefix: Uint8Array): boolean {
  return prefix.every((byte, i) => frame[at + i] === byte);
}

function leb128Length(value: number): number {
  let length = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) length++;
  return length;
}

function writeLeb128(out: Uint8Array, offset: number, value: number): void {
  let rest = value;
  for (let at = offset; ; at++) {
    const more = rest > 0x7f;
    out[at] = (rest & 0x7f) | (more ? 0x80 : 0);
    if (!more) return;
    rest >>>= 7;
  }
}

function readLeb128(bytes: Uint8Array, offset: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) return null;
    value |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) === 0) return { value, end: offset + i + 1 };
  }
  return null;
}

const metadata: Readonly<Record<Codec, Readonly<Record<FrameKind, Uint8Array>>>> = {
  vp8: { delta: Uint8Array.of(1, 0), key: Uint8Array.of(1, 1) },
  vp9: { delta: Uint8Array.of(2, 0), key: Uint8Array.of(2, 1) },
  av1: { delta: Uint8Array.of(3, 0), key: Uint8Array.of(3, 1) },
  opus: { delta: Uint8Array.of(4, 0), key: Uint8Array.of(4, 1) },
};

/**
 * SFrame metadata (RFC 9605 section 4.4.3): codec number (VP8 1, VP9 2, AV1 3, Opus 4) and 1 for a key
 * frame, 0 otherwise. Authenticated, so that nobody on the way relabels a frame's codec or kind.
 */
export function metadataOf(codec: Codec, kind: FrameKind): Uint8Array {
  return metadata[codec][kind];
}
