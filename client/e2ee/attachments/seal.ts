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

/** Where a file's bytes come from, from its first to its last. */
export interface ByteSource {
  readonly size: number;
  /** The next `length` bytes, fewer where the file has ended; good until the next call. All but the last alike. */
  next(length: number): Promise<Uint8Array>;
  /** Idempotent. */
  close(): void;
}

/**
 * A Blob or File as a source. In memory are the part asked for and the one after it, which is read while the caller is
 * busy. `next` throws AttachmentError('unreadable'), and RangeError for another length than before that is not the last.
 */
export function blobSource(blob: Blob): ByteSource {
  const reader = bytesOf(blob);
  let at = 0;
  /** Reads on, into `old` where that is large enough. */
  const read = async (length: number, old: ArrayBuffer | null): Promise<Uint8Array<ArrayBuffer>> => {
    const filled = reader
      ? await fill(reader, length, old)
      : new Uint8Array(await blob.slice(at, at + length).arrayBuffer());
    at += filled.length;
    return filled;
  };
  let ahead: { readonly length: number; readonly bytes: Promise<Uint8Array<ArrayBuffer>> } | null = null;
  /** What the caller has had, and needs no more once it asks for more. */
  let used: ArrayBuffer | null = null;
  return {
    size: blob.size,
    async next(length) {
      if (ahead !== null && ahead.length !== length) throw new RangeError('a file is read in equal parts');
      try {
        const bytes = await (ahead?.bytes ?? read(length, null));
        const left = Math.min(length, blob.size - at);
        ahead = left > 0 ? { length: left, bytes: read(left, used) } : null;
        // Met by who asks for it.
        ahead?.bytes.catch(() => undefined);
        used = bytes.buffer;
        return bytes;
      } catch (cause) {
        throw new AttachmentError('unreadable', 'the file can no longer be read', { cause });
      }
    },
    close() {
      reader?.cancel().catch(() => undefined);
    },
  };
}

/** Fewer bytes than `length` where there are no more. */
async function fill(
  reader: ReadableStreamBYOBReader,
  length: number,
  old: ArrayBuffer | null,
): Promise<Uint8Array<ArrayBuffer>> {
  let buffer = old !== null && old.byteLength >= length ? old : new ArrayBuffer(length);
  let got = 0;
  while (got < length) {
    const { value, done } = await reader.read(new Uint8Array(buffer, got, length - got));
    if (value) {
      buffer = value.buffer;
      got += value.length;
    }
    if (done) break;
  }
  return new Uint8Array(buffer, 0, got);
}

/** Reads into one buffer again and again. Null where the browser can only make a new one each time. */
function bytesOf(blob: Blob): ReadableStreamBYOBReader | null {
  try {
    return blob.stream().getReader({ mode: 'byob' });
  } catch {
    return null;
  }
}

/** Chunks that are read and handed on at once: little enough to stay in the processor's cache on its way through. */
const CHUNKS_PER_PIECE = 8;

/** Seals one file under a key that is used for nothing else. `await ready()` first. */
export class FileSealer {
  /** Bytes of ciphertext in all. */
  readonly sealedSize: number;
  readonly #source: ByteSource;
  readonly #binding: Binding;
  readonly #pass: SealPass;
  readonly #out: Uint8Array;
  #begun = false;
  #digest: Uint8Array | null = null;

  /** Throws AttachmentError('too-large'). */
  constructor(source: ByteSource, key: Uint8Array, binding: Binding) {
    this.sealedSize = sealedSize(source.size);
    this.#source = source;
    this.#binding = binding;
    this.#pass = new SealPass(key);
    const most = Math.min(CHUNKS_PER_PIECE, chunkCount(source.size));
    this.#out = new Uint8Array(HEADER_BYTES + most * (CHUNK_BYTES + CHUNK_OVERHEAD));
  }

  /** BLAKE2b-256 of the whole ciphertext, once `pieces` has ended. */
  get digest(): Uint8Array {
    if (!this.#digest) throw new Error('the file is not sealed to its end yet');
    return this.#digest;
  }

  /**
   * The ciphertext in order, in pieces of about 1 MiB, each good until the next is asked for. Once. Throws
   * AttachmentError('unreadable').
   */
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
      this.close();
    }
  }

  /** Ends a pass that is not carried through. Idempotent. */
  close(): void {
    this.#pass.close();
    this.#source.close();
  }

  async #piece(first: number, end: number, chunks: number): Promise<Uint8Array> {
    const { size } = this.#source;
    const wanted = Math.max(0, Math.min(size, end * CHUNK_BYTES) - first * CHUNK_BYTES);
    const plain = wanted === 0 ? new Uint8Array() : await this.#source.next(wanted);
    if (plain.length !== wanted)
      throw new AttachmentError('unreadable', 'the file changed while it was read');
    const out = this.#out;
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
