import libsodium from 'libsodium-wrappers';

/** libsodium's wrapped functions, standard build. */
export type Sodium = typeof libsodium;

/**
 * The part of the raw WebAssembly module in use: addresses and lengths in bytes, 0 for success.
 * HKDF has no wrapped function in this build; the raw exports are no documented interface, so the
 * package is pinned exactly and the tests compare their results with another implementation.
 * `HEAPU8` is replaced when memory grows: read it again after every allocation.
 */
export interface RawSodium {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _crypto_kdf_hkdf_sha256_extract(
    prk: number,
    salt: number,
    saltLength: number,
    ikm: number,
    ikmLength: number,
  ): number;
  _crypto_kdf_hkdf_sha256_expand(
    out: number,
    outLength: number,
    info: number,
    infoLength: number,
    prk: number,
  ): number;
  _crypto_kdf_hkdf_sha512_extract(
    prk: number,
    salt: number,
    saltLength: number,
    ikm: number,
    ikmLength: number,
  ): number;
  _crypto_kdf_hkdf_sha512_expand(
    out: number,
    outLength: number,
    info: number,
    infoLength: number,
    prk: number,
  ): number;
  _crypto_aead_chacha20poly1305_ietf_encrypt(
    ciphertext: number,
    ciphertextLength: number,
    message: number,
    messageLength: number,
    messageLengthHigh: number,
    aad: number,
    aadLength: number,
    aadLengthHigh: number,
    nsec: number,
    nonce: number,
    key: number,
  ): number;
  _crypto_aead_chacha20poly1305_ietf_decrypt(
    message: number,
    messageLength: number,
    nsec: number,
    ciphertext: number,
    ciphertextLength: number,
    ciphertextLengthHigh: number,
    aad: number,
    aadLength: number,
    aadLengthHigh: number,
    nonce: number,
    key: number,
  ): number;
}

let loaded: { sodium: Sodium; raw: RawSodium } | undefined;

/** Loads libsodium once; works in Node, in a page and in a worker. Await it before anything here. */
export async function ready(): Promise<Sodium> {
  await libsodium.ready;
  // The wrappers' types leave out the module handle that the wrappers do export.
  const { libsodium: raw } = libsodium as Sodium & { libsodium: RawSodium };
  loaded ??= { sodium: libsodium, raw };
  return libsodium;
}

/** The loaded library. Throws Error before `ready()` has resolved. */
export function sodium(): Sodium {
  return handle().sodium;
}

/** The loaded raw module. Throws Error before `ready()` has resolved. */
export function rawSodium(): RawSodium {
  return handle().raw;
}

function handle(): { sodium: Sodium; raw: RawSodium } {
  if (loaded === undefined) throw new Error('libsodium is not loaded: await ready() first');
  return loaded;
}

/** `length` bytes from the platform's generator (libsodium's own call is far slower in WebAssembly). */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  // getRandomValues gives at most 65,536 bytes a call.
  for (let offset = 0; offset < length; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, offset + 65_536));
  }
  return bytes;
}

/** Overwrites secrets with zeros. Copies the engine may have made are out of reach. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
