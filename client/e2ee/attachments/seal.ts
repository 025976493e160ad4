import { AttachmentError } from './error.ts';
import {
  type Binding,
  CHUNK_BYTES,
  CHUNK_OVERHEAD,
  chunkBinding,
  chunkCount,
  chunkLength,
  HEADER_BYTES,
  sealedSize,
} from './format.ts';
import { SealPass } from './secretStream.ts';

/** Where a file's bytes come from: a Blob in a browser, anything that reads by position elsewhere. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset` on, fewer where the file has ended. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A Blob or File as a source; only the part asked for is in memory. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    async read(offset, length) {
      try {
        return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        throw new AttachmentError('unreadable', 'the file can no longer be read', { cause });
      }
    },
  };
}

/** Chunks that are read and handed on at once. */
const CHUNKS_PER_PIECE = 32;

/** Seals one file under a key that is used for nothing else. `await ready()` first. */
export class FileSealer {
  /** Bytes of ciphertext in all. */
  readonly sealedSize: number;
  readonly #source: ByteSource;
  readonly #binding: Binding;
  readonly #pass: SealPass;
  #begun = false;
  #digest: Uint8Array | null = null;

  /** Throws AttachmentError('too-large'). */
  constructor(source: ByteSource, key: Uint8Array, binding: Binding) {
    this.sealedSize = sealedSize(source.size);
    this.#source = source;
    this.#binding = binding;
    this.#pass = new SealPass(key);
  }

  /** BLAKE2b-256 of the whole ciphertext, once `pieces` has ended. */
  get digest(): Uint8Array {
    if (!this.#digest) throw new Error('the file is not sealed to its end yet');
    return this.#digest;
  }

  /** The ciphertext in order, in pieces of about 4 MiB. Once. Throws AttachmentError('unreadable'). */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#begun) throw new Error('a key seals one file, once');
    this.#begun = true;
    const chunks = chunkCount(this.#source.size);
    try {
      for (let first = 0; first < chunks; first += CHUNKS_PER_PIECE) {
        yield await this.#piece(first, Math.min(first + CHUNKS_PER_PIECE, chunks), chunks);
      }
      this.#digest = this.#pass.digest();
    } finally {
      this.#pass.close();
    }
  }

  /** Ends a pass that is not carried through. Idempotent. */
  close(): void {
    this.#pass.close();
  }

  async #piece(first: number, end: number, chunks: number): Promise<Uint8Array> {
    const { size } = this.#source;
    const from = first * CHUNK_BYTES;
    const wanted = Math.max(0, Math.min(size, end * CHUNK_BYTES) - from);
    const plain = wanted === 0 ? new Uint8Array() : await this.#source.read(from, wanted);
    if (plain.length !== wanted)
      throw new AttachmentError('unreadable', 'the file changed while it was read');
    const room = (end - first) * (CHUNK_BYTES + CHUNK_OVERHEAD) + HEADER_BYTES;
    const out = new Uint8Array(room);
    let offset = 0;
    if (first === 0) {
      out.set(this.#pass.header);
      offset = HEADER_BYTES;
    }
    for (let index = first; index < end; index++) {
      const begin = (index - first) * CHUNK_BYTES;
      const length = chunkLength(size, index);
      let chunk = plain.subarray(begin, begin + length);
      if (chunk.length < length) {
        const padded = new Uint8Array(length);
        padded.set(chunk);
        chunk = padded;
      }
      const binding = chunkBinding(this.#binding, index);
      offset += this.#pass.push(chunk, binding, index === chunks - 1, out, offset);
    }
    return out.subarray(0, offset);
  }
}
