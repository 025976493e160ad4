import { equalBytes } from '../../../shared/bytes.ts';
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
import { OpenPass } from './secretStream.ts';

/** What a message says of a sealed file. */
export interface SealedFile extends Binding {
  readonly size: number;
  readonly key: Uint8Array;
  /** BLAKE2b-256 of the whole ciphertext. */
  readonly digest: Uint8Array;
}

/**
 * Opens one sealed file as its bytes arrive, in parts of any length. Whatever `push` gives out is
 * authentic, and is the whole file only once `finish` has returned. `await ready()` first.
 */
export class FileOpener {
  /** Bytes of ciphertext in all. */
  readonly sealedSize: number;
  readonly #file: SealedFile;
  readonly #chunks: number;
  readonly #held = new Uint8Array(CHUNK_BYTES + CHUNK_OVERHEAD);
  #heldLength = 0;
  #received = 0;
  #index = 0;
  #given = 0;
  #pass: OpenPass | null = null;
  #closed = false;

  /** Throws AttachmentError('too-large'). */
  constructor(file: SealedFile) {
    this.#file = file;
    this.sealedSize = sealedSize(file.size);
    this.#chunks = chunkCount(file.size);
  }

  /** Bytes of ciphertext taken so far: where a broken download goes on. */
  get received(): number {
    return this.#received;
  }

  /** Takes the next bytes; gives out what they complete. Throws AttachmentError and is closed then. */
  push(bytes: Uint8Array): Uint8Array[] {
    if (this.#closed) throw new Error('this file is closed');
    try {
      return this.#push(bytes);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The end of the bytes. Throws AttachmentError unless they were the whole file, and the one meant. */
  finish(): void {
    try {
      const pass = this.#pass;
      if (!pass || this.#index < this.#chunks)
        throw new AttachmentError('truncated', 'the file ends too soon');
      if (!equalBytes(pass.digest(), this.#file.digest)) {
        throw new AttachmentError('tampered', 'the file is another than was announced');
      }
    } finally {
      this.close();
    }
  }

  /** Overwrites keys and text. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#pass?.close();
    this.#held.fill(0);
  }

  #push(bytes: Uint8Array): Uint8Array[] {
    const opened: Uint8Array[] = [];
    for (let offset = 0; offset < bytes.length; ) {
      const wanted = this.#wanted();
      if (wanted === 0) throw new AttachmentError('tampered', 'the file goes on after its end');
      const part = bytes.subarray(offset, offset + wanted - this.#heldLength);
      this.#held.set(part, this.#heldLength);
      this.#heldLength += part.length;
      this.#received += part.length;
      offset += part.length;
      if (this.#heldLength < wanted) break;
      const whole = this.#held.subarray(0, wanted);
      this.#heldLength = 0;
      if (!this.#pass) this.#pass = new OpenPass(this.#file.key, whole);
      else {
        const chunk = this.#open(this.#pass, whole);
        if (chunk.length > 0) opened.push(chunk);
      }
    }
    return opened;
  }

  /** Bytes that the header or the next chunk has; 0 after the last. */
  #wanted(): number {
    if (!this.#pass) return HEADER_BYTES;
    if (this.#index === this.#chunks) return 0;
    return chunkLength(this.#file.size, this.#index) + CHUNK_OVERHEAD;
  }

  #open(pass: OpenPass, sealed: Uint8Array): Uint8Array {
    const index = this.#index++;
    const plain = pass.pull(sealed, chunkBinding(this.#file, index), this.#index === this.#chunks);
    if (!plain) {
      throw new AttachmentError(index === 0 ? 'wrong-key' : 'tampered', `chunk ${index} does not open`);
    }
    // Padding is what lies beyond the file's own size.
    const kept = plain.subarray(0, Math.max(0, this.#file.size - this.#given));
    this.#given += kept.length;
    return kept;
  }
}
