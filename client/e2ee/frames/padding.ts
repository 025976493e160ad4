/** Sizes of padded audio frames, bytes. 160 holds 20 ms of Opus at 63 kbit/s; the rest are for outliers. */
export const audioBuckets: readonly number[] = [160, 320, 640, 1280, 2560];

const lengthBytes = 2;

/**
 * Audio frames are sealed as a two-byte big-endian length, the frame and zeros up to the smallest bucket
 * that holds them, so that sizes on the wire do not follow the voice. Null when no bucket holds the
 * frame. The returned view is reused by the next call.
 */
export class AudioPadder {
  readonly #buckets: readonly number[];
  readonly #scratch: Uint8Array<ArrayBuffer>;

  constructor(buckets: readonly number[] = audioBuckets) {
    this.#buckets = [...buckets].sort((a, b) => a - b);
    this.#scratch = new Uint8Array(Math.max(0, ...buckets));
  }

  pad(frame: Uint8Array): Uint8Array<ArrayBuffer> | null {
    const size = this.#buckets.find((bucket) => bucket >= frame.length + lengthBytes);
    if (size === undefined) return null;
    const out = this.#scratch.subarray(0, size);
    out[0] = frame.length >> 8;
    out[1] = frame.length & 0xff;
    out.set(frame, lengthBytes);
    out.fill(0, lengthBytes + frame.length);
    return out;
  }
}

/** The frame inside its padding; null when the length does not fit. */
export function unpad(padded: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  if (padded.length < lengthBytes) return null;
  const length = ((padded[0] ?? 0) << 8) | (padded[1] ?? 0);
  return length + lengthBytes > padded.length ? null : padded.slice(lengthBytes, lengthBytes + length);
}
