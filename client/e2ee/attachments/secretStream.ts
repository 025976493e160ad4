import { rawSodium, wipe } from '../sodium.ts';
import { CHUNK_BYTES, CHUNK_OVERHEAD, DIGEST_BYTES, HEADER_BYTES, KEY_BYTES } from './format.ts';

/**
 * The exports of libsodium's WebAssembly module that sealing files needs; the wrappers' types leave
 * secretstream out, and calling it here copies each chunk in and out once. No documented interface:
 * the package is pinned, and the tests compare the results with the wrapped functions.
 */
interface StreamHeap {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _crypto_secretstream_xchacha20poly1305_statebytes(): number;
  _crypto_secretstream_xchacha20poly1305_init_push(state: number, header: number, key: number): number;
  _crypto_secretstream_xchacha20poly1305_init_pull(state: number, header: number, key: number): number;
  _crypto_secretstream_xchacha20poly1305_push(
    state: number,
    out: number,
    outLength: number,
    message: number,
    messageLength: number,
    messageLengthHigh: number,
    ad: number,
    adLength: number,
    adLengthHigh: number,
    tag: number,
  ): number;
  _crypto_secretstream_xchacha20poly1305_pull(
    state: number,
    out: number,
    outLength: number,
    tag: number,
    ciphertext: number,
    ciphertextLength: number,
    ciphertextLengthHigh: number,
    ad: number,
    adLength: number,
    adLengthHigh: number,
  ): number;
  _crypto_generichash_statebytes(): number;
  _crypto_generichash_init(state: number, key: number, keyLength: number, outLength: number): number;
  _crypto_generichash_update(state: number, input: number, length: number, lengthHigh: number): number;
  _crypto_generichash_final(state: number, out: number, outLength: number): number;
}

const TAG_MESSAGE = 0;
const TAG_FINAL = 3;
const BINDING_BYTES = 64;

/** One pass of crypto_secretstream_xchacha20poly1305 over a file, with BLAKE2b-256 of all its ciphertext. */
class Pass {
  protected readonly heap: StreamHeap;
  protected readonly state: number;
  protected readonly binding: number;
  protected readonly plain: number;
  protected readonly sealed: number;
  readonly #start: number;
  readonly #length: number;
  readonly #hash: number;
  #open = true;

  constructor() {
    // Named by `StreamHeap` above; the tests would fail on a build without these exports.
    this.heap = rawSodium() as unknown as StreamHeap;
    const stateBytes = aligned(this.heap._crypto_secretstream_xchacha20poly1305_statebytes());
    const hashBytes = aligned(this.heap._crypto_generichash_statebytes());
    this.#length = stateBytes + hashBytes + BINDING_BYTES + CHUNK_BYTES + CHUNK_BYTES + CHUNK_OVERHEAD;
    this.#start = this.heap._malloc(this.#length + 64);
    if (this.#start === 0) throw new RangeError('out of WebAssembly memory');
    this.#hash = aligned(this.#start);
    this.state = this.#hash + hashBytes;
    this.binding = this.state + stateBytes;
    this.plain = this.binding + BINDING_BYTES;
    this.sealed = this.plain + CHUNK_BYTES;
    this.heap._crypto_generichash_init(this.#hash, 0, 0, DIGEST_BYTES);
  }

  /** BLAKE2b-256 of everything that passed. Once, at the end. */
  digest(): Uint8Array {
    this.heap._crypto_generichash_final(this.#hash, this.plain, DIGEST_BYTES);
    return this.read(this.plain, DIGEST_BYTES);
  }

  /** Overwrites keys and text. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.heap.HEAPU8.fill(0, this.#start, this.#start + this.#length + 64);
    this.heap._free(this.#start);
  }

  /** Begins with `header`, read or written at `sealed`, and the key at `plain`; the key is forgotten there. */
  protected begin(key: Uint8Array, init: () => void): void {
    if (key.length !== KEY_BYTES) throw new RangeError('a file key has 32 bytes');
    this.write(this.plain, key);
    init();
    wipe(this.heap.HEAPU8.subarray(this.plain, this.plain + KEY_BYTES));
    this.hash(HEADER_BYTES);
  }

  protected hash(sealedLength: number): void {
    this.#live();
    this.heap._crypto_generichash_update(this.#hash, this.sealed, sealedLength, 0);
  }

  protected write(address: number, bytes: Uint8Array): void {
    this.#live();
    this.heap.HEAPU8.set(bytes, address);
  }

  protected read(address: number, length: number): Uint8Array {
    return this.heap.HEAPU8.slice(address, address + length);
  }

  #live(): void {
    if (!this.#open) throw new Error('this pass is closed');
  }
}

/** Seals a file's chunks in order. */
export class SealPass extends Pass {
  readonly header: Uint8Array;

  constructor(key: Uint8Array) {
    super();
    this.begin(key, () => {
      this.heap._crypto_secretstream_xchacha20poly1305_init_push(this.state, this.sealed, this.plain);
    });
    this.header = this.read(this.sealed, HEADER_BYTES);
  }

  /** Seals the next chunk into `out` at `offset`. Returns the bytes written. */
  push(chunk: Uint8Array, binding: Uint8Array, final: boolean, out: Uint8Array, offset: number): number {
    this.write(this.plain, chunk);
    this.write(this.binding, binding);
    const { heap, state, sealed, plain } = this;
    const tag = final ? TAG_FINAL : TAG_MESSAGE;
    heap._crypto_secretstream_xchacha20poly1305_push(
      state,
      sealed,
      0,
      plain,
      chunk.length,
      0,
      this.binding,
      binding.length,
      0,
      tag,
    );
    const length = chunk.length + CHUNK_OVERHEAD;
    this.hash(length);
    out.set(heap.HEAPU8.subarray(sealed, sealed + length), offset);
    return length;
  }
}

/** Opens a file's chunks in order. */
export class OpenPass extends Pass {
  readonly #tag: number;

  constructor(key: Uint8Array, header: Uint8Array) {
    super();
    this.#tag = this.binding + BINDING_BYTES - 1;
    this.write(this.sealed, header);
    this.begin(key, () => {
      this.heap._crypto_secretstream_xchacha20poly1305_init_pull(this.state, this.sealed, this.plain);
    });
  }

  /** The next chunk's plaintext; null unless it is authentic, in its place, and last where `final`. */
  pull(chunk: Uint8Array, binding: Uint8Array, final: boolean): Uint8Array | null {
    this.write(this.sealed, chunk);
    this.write(this.binding, binding);
    this.hash(chunk.length);
    const { heap, state, sealed, plain } = this;
    const refused = heap._crypto_secretstream_xchacha20poly1305_pull(
      state,
      plain,
      0,
      this.#tag,
      sealed,
      chunk.length,
      0,
      this.binding,
      binding.length,
      0,
    );
    if (refused !== 0 || heap.HEAPU8[this.#tag] !== (final ? TAG_FINAL : TAG_MESSAGE)) return null;
    return this.read(plain, chunk.length - CHUNK_OVERHEAD);
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
