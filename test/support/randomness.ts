import { deflateRawSync } from 'node:zlib';

/** How far bytes are from random ones. */
export interface Randomness {
  readonly bytes: number;
  /** Chi-square of the byte histogram as a number of standard deviations from its expectation; random: within ±5. */
  readonly deviation: number;
  /** Correlation of each byte with the next; random: near 0. */
  readonly serial: number;
  /** Size after compression over size before; random: not below 1. */
  readonly compressed: number;
  /** Blocks of 16 bytes that occur more than once; random: none. */
  readonly repeats: number;
}

export function randomnessOf(bytes: Buffer): Randomness {
  const histogram = new Float64Array(256);
  for (const byte of bytes) histogram[byte] = (histogram[byte] ?? 0) + 1;
  const expected = bytes.length / 256;
  const chi = histogram.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  let product = 0;
  let square = 0;
  for (let i = 0; i + 1 < bytes.length; i += 1) {
    const one = (bytes[i] ?? 0) - 127.5;
    product += one * ((bytes[i + 1] ?? 0) - 127.5);
    square += one * one;
  }
  const seen = new Set<string>();
  let repeats = 0;
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const block = bytes.toString('latin1', at, at + 16);
    if (seen.has(block)) repeats += 1;
    seen.add(block);
  }
  return {
    bytes: bytes.length,
    deviation: (chi - 255) / Math.sqrt(2 * 255),
    serial: square === 0 ? 1 : product / square,
    compressed: deflateRawSync(bytes, { level: 9 }).length / bytes.length,
    repeats,
  };
}

/** Whether bytes pass for random. Needs some 10 kB to be able to tell. */
export function looksRandom({ bytes, deviation, serial, compressed, repeats }: Randomness): boolean {
  return (
    bytes >= 10_000 &&
    Math.abs(deviation) < 5 &&
    Math.abs(serial) < 5 / Math.sqrt(bytes) &&
    compressed >= 1 &&
    repeats === 0
  );
}
