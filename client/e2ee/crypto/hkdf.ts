import { equalBytes } from '../../../shared/bytes.ts';
import { rawSodium } from '../sodium.ts';
import { CryptoError, expectLength } from './error.ts';

/** HKDF (RFC 5869) and HMAC (RFC 2104) over one hash, synchronous. */
export interface Kdf {
  /** Output of the hash and of `extract`, bytes. */
  readonly size: number;
  /** HPKE's KDF identifier (RFC 9180 section 7.2). */
  readonly id: number;
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  /** `prk` of exactly `size` bytes, `length` up to 255 times `size`. Throws CryptoError. */
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
  verifyHmac(key: Uint8Array, tag: Uint8Array, data: Uint8Array): boolean;
}

/** Runs `use` with the inputs copied to WebAssembly memory and zeros that memory afterwards. */
function onHeap(
  outputLength: number,
  inputs: readonly Uint8Array[],
  use: (output: number, addresses: readonly number[]) => number,
): Uint8Array {
  const raw = rawSodium();
  const total = inputs.reduce((sum, input) => sum + input.length, outputLength);
  const base = raw._malloc(Math.max(total, 1));
  if (base === 0) throw new Error('libsodium: out of memory');
  try {
    let next = base + outputLength;
    const addresses = inputs.map((input) => {
      const address = next;
      raw.HEAPU8.set(input, address);
      next += input.length;
      return address;
    });
    if (use(base, addresses) !== 0) throw new CryptoError('bad-length', 'HKDF refused its input');
    return raw.HEAPU8.slice(base, base + outputLength);
  } finally {
    raw.HEAPU8.fill(0, base, base + total);
    raw._free(base);
  }
}

function makeKdf(
  id: number,
  size: number,
  extractRaw: '_crypto_kdf_hkdf_sha256_extract' | '_crypto_kdf_hkdf_sha512_extract',
  expandRaw: '_crypto_kdf_hkdf_sha256_expand' | '_crypto_kdf_hkdf_sha512_expand',
): Kdf {
  const extract = (salt: Uint8Array, ikm: Uint8Array): Uint8Array =>
    onHeap(size, [salt, ikm], (prk, [saltAt = 0, ikmAt = 0]) =>
      rawSodium()[extractRaw](prk, saltAt, salt.length, ikmAt, ikm.length),
    );
  return {
    id,
    size,
    extract,
    expand(prk, info, length) {
      expectLength(prk, size, 'HKDF key');
      if (length > 255 * size)
        throw new CryptoError('bad-length', `HKDF output: ${length} bytes is too long`);
      return onHeap(length, [info, prk], (out, [infoAt = 0, prkAt = 0]) =>
        rawSodium()[expandRaw](out, length, infoAt, info.length, prkAt),
      );
    },
    // HKDF-Extract is HMAC keyed by the salt (RFC 5869 section 2.2).
    hmac: extract,
    verifyHmac: (key, tag, data) => equalBytes(extract(key, data), tag),
  };
}

export const hkdfSha256: Kdf = makeKdf(
  0x0001,
  32,
  '_crypto_kdf_hkdf_sha256_extract',
  '_crypto_kdf_hkdf_sha256_expand',
);

export const hkdfSha512: Kdf = makeKdf(
  0x0003,
  64,
  '_crypto_kdf_hkdf_sha512_extract',
  '_crypto_kdf_hkdf_sha512_expand',
);
