import type { RawSodium } from '../sodium.ts';
import { SFrameError } from './error.ts';

/**
 * The exports of libsodium's WebAssembly module that frame encryption calls directly, so that a frame
 * is copied into the module once and out once. They are no documented interface: the package is
 * pinned, their presence is checked when the module loads and their results by the tests.
 * 64-bit lengths are passed as two 32-bit halves. `HEAPU8` is replaced when the memory grows.
 */
export interface SodiumHeap
  extends Pick<
    RawSodium,
    | 'HEAPU8'
    | '_malloc'
    | '_free'
    | '_crypto_kdf_hkdf_sha512_extract'
    | '_crypto_kdf_hkdf_sha512_expand'
    | '_crypto_aead_chacha20poly1305_ietf_encrypt'
    | '_crypto_aead_chacha20poly1305_ietf_decrypt'
  > {
  _crypto_generichash(
    out: number,
    outLength: number,
    message: number,
    messageLength: number,
    messageLengthHigh: number,
    key: number,
    keyLength: number,
  ): number;
}

const arity: Readonly<Record<Exclude<keyof SodiumHeap, 'HEAPU8'>, number>> = {
  _malloc: 1,
  _free: 1,
  _crypto_generichash: 7,
  _crypto_kdf_hkdf_sha512_extract: 5,
  _crypto_kdf_hkdf_sha512_expand: 5,
  _crypto_aead_chacha20poly1305_ietf_encrypt: 11,
  _crypto_aead_chacha20poly1305_ietf_decrypt: 11,
};

function isHeap(module: object): module is SodiumHeap {
  const members = new Map<string, unknown>(Object.entries(module));
  if (!(members.get('HEAPU8') instanceof Uint8Array)) return false;
  return Object.entries(arity).every(([name, parameters]) => {
    const member = members.get(name);
    return typeof member === 'function' && member.length === parameters;
  });
}

/** The module behind a ready libsodium. Throws SFrameError `unavailable` when an export is not as expected. */
export function heapOf(sodium: object): SodiumHeap {
  const module: unknown = Object.getOwnPropertyDescriptor(sodium, 'libsodium')?.value;
  if (typeof module !== 'object' || module === null || !isHeap(module)) {
    throw new SFrameError('unavailable', 'libsodium does not export what frame encryption needs');
  }
  return module;
}
