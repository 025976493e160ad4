import { SFrameError } from './error.ts';
import { headerLength, maxHeaderLength, type SFrameHeader, writeHeader } from './header.ts';
import type { SodiumHeap } from './heap.ts';
import { sframeKeyLabel, sframeSaltLabel } from './labels.ts';
import { chachaSuiteId } from './suite.ts';

const keyBytes = 32;
const saltBytes = 12;
const prkBytes = 64;
const tagBytes = 16;
const maxMetadata = 32;
/** Header, tag and what a caller may want in front. */
const maxOverhead = 64;
/** Longest plaintext, bytes; larger than any encoded frame in use. */
export const maxPlaintext = 16 * 1024 * 1024;

/** A secret inside the WebAssembly memory: never copied by the collector, overwritten when erased. */
class Slot {
  readonly #heap: SodiumHeap;
  readonly #length: number;
  #address: number;

  constructor(heap: SodiumHeap, length: number) {
    this.#heap = heap;
    this.#length = length;
    this.#address = allocate(heap, length);
  }

  /** Where it lies. Throws SFrameError `bad-key` once erased. */
  get address(): number {
    if (this.#address === 0) throw new SFrameError('bad-key', 'this key has been erased');
    return this.#address;
  }

  get erased(): boolean {
    return this.#address === 0;
  }

  /** Overwrites and frees. Idempotent. */
  erase(): void {
    if (this.#address === 0) return;
    this.#heap.HEAPU8.fill(0, this.#address, this.#address + this.#length);
    this.#heap._free(this.#address);
    this.#address = 0;
  }
}

/** The secret of one base key, from which the keys of all KIDs are derived. */
export class SFrameSecret extends Slot {
  constructor(heap: SodiumHeap) {
    super(heap, prkBytes);
  }
}

/** Key and salt of one KID. */
export class SFrameKey extends Slot {
  readonly kid: number;

  constructor(heap: SodiumHeap, kid: number) {
    super(heap, keyBytes + saltBytes);
    this.kid = kid;
  }
}

function allocate(heap: SodiumHeap, length: number): number {
  const address = heap._malloc(length);
  if (address === 0) throw new SFrameError('unavailable', 'out of WebAssembly memory');
  return address;
}

/**
 * SFrame with CHACHA20_POLY1305_SHA512_128, our suite 0xF001: ChaCha20-Poly1305 (RFC 8439) as the
 * AEAD and HKDF-SHA-512, otherwise as RFC 9605 says. Synchronous. Not safe for concurrent use, which
 * a single-threaded worker cannot make.
 */
export class ChaChaSFrame {
  static readonly suite = chachaSuiteId;
  static readonly baseKeyLength = keyBytes;
  readonly #heap: SodiumHeap;
  readonly #aad: number;
  readonly #nonce: number;
  #buffer: number;
  #capacity = 64 * 1024;

  constructor(heap: SodiumHeap) {
    this.#heap = heap;
    this.#aad = allocate(heap, maxHeaderLength + maxMetadata);
    this.#nonce = allocate(heap, saltBytes);
    this.#buffer = allocate(heap, this.#capacity);
  }

  /** sframe_secret = HKDF-Extract("", base_key). Throws `bad-key` unless the base key has 32 bytes. */
  extract(baseKey: Uint8Array): SFrameSecret {
    if (baseKey.length !== keyBytes) throw new SFrameError('bad-key', 'base key must have 32 bytes');
    const secret = new SFrameSecret(this.#heap);
    const heap = this.#heap;
    heap.HEAPU8.set(baseKey, this.#buffer);
    heap._crypto_kdf_hkdf_sha512_extract(secret.address, 0, 0, this.#buffer, keyBytes);
    heap.HEAPU8.fill(0, this.#buffer, this.#buffer + keyBytes);
    return secret;
  }

  /** Key and salt of a KID (RFC 9605 section 4.4.2). */
  derive(secret: SFrameSecret, kid: number): SFrameKey {
    const key = new SFrameKey(this.#heap, kid);
    this.#expand(key.address, keyBytes, sframeKeyLabel(BigInt(kid), chachaSuiteId), secret);
    this.#expand(key.address + keyBytes, saltBytes, sframeSaltLabel(BigInt(kid), chachaSuiteId), secret);
    return key;
  }

  /** Bytes of ciphertext (header and tag included) that a plaintext of `length` bytes becomes. */
  sealedLength(key: SFrameKey, ctr: number, length: number): number {
    return headerLength(key.kid, ctr) + length + tagBytes;
  }

  /**
   * One SFrame ciphertext (header, ciphertext, tag), after `room` zero bytes for the caller to fill.
   * The caller never passes a counter twice with one key.
   */
  seal(
    key: SFrameKey,
    ctr: number,
    metadata: Uint8Array,
    plaintext: Uint8Array,
    room = 0,
  ): Uint8Array<ArrayBuffer> {
    this.#reserve(room + maxHeaderLength + plaintext.length + tagBytes);
    const heap = this.#heap;
    const memory = heap.HEAPU8;
    const start = this.#buffer + room;
    const header = writeHeader(memory, start, key.kid, ctr);
    const body = start + header;
    this.#writeAad(memory, start, header, metadata);
    this.#writeNonce(memory, key, ctr);
    memory.set(plaintext, body);
    heap._crypto_aead_chacha20poly1305_ietf_encrypt(
      body,
      0,
      body,
      plaintext.length,
      0,
      this.#aad,
      header + metadata.length,
      0,
      0,
      this.#nonce,
      key.address,
    );
    memory.fill(0, this.#buffer, start);
    return memory.slice(this.#buffer, body + plaintext.length + tagBytes);
  }

  /**
   * The plaintext of `ciphertext`, whose header the caller has read; null when it does not
   * authenticate.
   */
  open(
    key: SFrameKey,
    header: SFrameHeader,
    metadata: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array<ArrayBuffer> | null {
    const sealed = ciphertext.length - header.length;
    if (sealed < tagBytes || header.kid !== key.kid) return null;
    this.#reserve(ciphertext.length);
    const heap = this.#heap;
    const memory = heap.HEAPU8;
    memory.set(ciphertext, this.#buffer);
    this.#writeAad(memory, this.#buffer, header.length, metadata);
    this.#writeNonce(memory, key, header.ctr);
    const body = this.#buffer + header.length;
    const result = heap._crypto_aead_chacha20poly1305_ietf_decrypt(
      body,
      0,
      0,
      body,
      sealed,
      0,
      this.#aad,
      header.length + metadata.length,
      0,
      this.#nonce,
      key.address,
    );
    return result === 0 ? memory.slice(body, body + sealed - tagBytes) : null;
  }

  /** BLAKE2b of `length` bytes (16 to 64) over `bytes`. */
  hash(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
    this.#reserve(bytes.length + 64);
    const heap = this.#heap;
    heap.HEAPU8.set(bytes, this.#buffer);
    const out = this.#buffer + bytes.length;
    heap._crypto_generichash(out, length, this.#buffer, bytes.length, 0, 0, 0);
    return new Uint8Array(heap.HEAPU8.subarray(out, out + length));
  }

  #expand(out: number, length: number, info: Uint8Array, secret: SFrameSecret): void {
    const heap = this.#heap;
    heap.HEAPU8.set(info, this.#buffer);
    const result = heap._crypto_kdf_hkdf_sha512_expand(
      out,
      length,
      this.#buffer,
      info.length,
      secret.address,
    );
    if (result !== 0) throw new SFrameError('unavailable', 'HKDF failed');
  }

  #writeAad(memory: Uint8Array, header: number, length: number, metadata: Uint8Array): void {
    for (let i = 0; i < length; i++) memory[this.#aad + i] = memory[header + i] ?? 0;
    for (let i = 0; i < metadata.length; i++) memory[this.#aad + length + i] = metadata[i] ?? 0;
  }

  #writeNonce(memory: Uint8Array, key: SFrameKey, ctr: number): void {
    const salt = key.address + keyBytes;
    for (let i = 0; i < saltBytes; i++) memory[this.#nonce + i] = memory[salt + i] ?? 0;
    let rest = ctr;
    for (let at = this.#nonce + saltBytes - 1; rest > 0; at--) {
      memory[at] = (memory[at] ?? 0) ^ (rest & 255);
      rest = Math.floor(rest / 256);
    }
  }

  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    if (length > maxPlaintext + maxOverhead) throw new SFrameError('out-of-range', 'frame too large');
    const capacity = 2 ** Math.ceil(Math.log2(length));
    const buffer = allocate(this.#heap, capacity);
    this.#heap.HEAPU8.fill(0, this.#buffer, this.#buffer + this.#capacity);
    this.#heap._free(this.#buffer);
    this.#buffer = buffer;
    this.#capacity = capacity;
  }
}
