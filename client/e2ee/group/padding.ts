import type { PaddingConfig } from 'ts-mls';

const SMALLEST = 256;

/**
 * Padding that hides a message's length up to a power of two, 256 bytes at least: nine sizes in all up
 * to 64 KiB. `plaintextLength` in bytes.
 */
export function paddingFor(plaintextLength: number): PaddingConfig {
  // The padded content is the length prefix, the plaintext and a signature of 64 bytes with its prefix.
  const prefix = plaintextLength < 64 ? 1 : plaintextLength < 16_384 ? 2 : 4;
  const content = prefix + plaintextLength + 66;
  return { kind: 'padUntilLength', padUntilLength: Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(content))) };
}
