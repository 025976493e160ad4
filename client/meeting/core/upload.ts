import { ProtocolError } from '../../../shared/errors.ts';
import type { BlobId } from '../../../shared/ids.ts';
import type { BlobToken } from '../../../shared/protocol/blobs.ts';
import { AttachmentError } from '../../e2ee/attachments/error.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { BlobPort } from './blobPort.ts';
import type { Transfer } from './transfer.ts';

/** Pieces on their way at once: the way there and back is long beside the time that a piece takes. */
const IN_FLIGHT = 3;

const MIB = 1024 ** 2;
/** Each piece costs a browser much besides its bytes, so a quick line gets long ones; a slow one shows progress. */
const pieceBytes = { first: 4 * MIB, least: MIB, most: 32 * MIB };
/** One that took no longer is followed by longer ones, one that took longer by shorter ones. */
const quickMs = 1_500;
const slowMs = 5_000;

/** A part of the ciphertext, out of this page's memory. */
export interface KeptPiece {
  readonly bytes: Blob;
  /** It is needed no more. */
  release(): void;
}

/** A piece as a Blob, which a browser holds outside of the page. */
export async function memoryPiece(parts: AsyncIterable<Uint8Array>): Promise<KeptPiece> {
  const blobs: Blob[] = [];
  // Sealed into an ordinary buffer, which the next part is sealed into again.
  for await (const part of parts) blobs.push(new Blob([part as Uint8Array<ArrayBuffer>]));
  return { bytes: new Blob(blobs), release: () => undefined };
}

export interface UploadParts {
  readonly blob: BlobId;
  readonly token: BlobToken;
  /** Bytes of ciphertext in all. */
  readonly total: number;
  readonly signaling: Pick<Signaling, 'request'>;
  readonly blobs: BlobPort;
  /** Takes over parts that make one piece of `length` bytes; each is good only until the next is asked for. */
  keep(parts: AsyncIterable<Uint8Array>, length: number): Promise<KeptPiece>;
  readonly transfer: Transfer;
  /** Milliseconds. */
  readonly now: () => number;
}

/** A part of the ciphertext that the server may not have yet. */
interface Piece extends KeptPiece {
  readonly start: number;
}

/** Brings one sealed file up, however often the way breaks. Only what is not there yet is kept. */
export class Upload {
  readonly #parts: UploadParts;
  readonly #sealer: AsyncIterator<Uint8Array, void, undefined>;
  #pieceBytes = pieceBytes.first;
  #token: BlobToken;
  #waiting: readonly Piece[] = [];
  #sealed = 0;
  #received = 0;
  /** Whether the server is known to have all up to `#received` and nothing more. */
  #sure = true;

  constructor(parts: UploadParts, sealer: AsyncIterator<Uint8Array, void, undefined>) {
    this.#parts = parts;
    this.#sealer = sealer;
    this.#token = parts.token;
  }

  /** Throws Cancelled, AttachmentError and ProtocolError for what will not pass. */
  async run(): Promise<void> {
    try {
      await this.#parts.transfer.step(async (signal) => {
        if (!this.#sure) await this.#ask();
        this.#sure = false;
        await this.#flow(signal);
      });
    } finally {
      for (const piece of this.#waiting) piece.release();
    }
  }

  /** All pieces that are left, some at a time and in order; the first failure stops the others. */
  async #flow(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const sent = new Set<Piece>();
    const flying = new Set<Promise<void>>();
    const failures: unknown[] = [];
    const send = (piece: Piece) => {
      sent.add(piece);
      const flight = this.#put(piece, either)
        .catch((error: unknown) => {
          failures.push(error);
          stop.abort();
        })
        .finally(() => flying.delete(flight));
      flying.add(flight);
    };
    try {
      for (;;) {
        while (flying.size < IN_FLIGHT) {
          const piece = this.#waiting.find((each) => !sent.has(each)) ?? (await this.#seal());
          if (!piece || failures.length > 0) break;
          send(piece);
        }
        if (failures.length > 0) throw failures[0];
        if (flying.size === 0) return;
        await Promise.race(flying);
      }
    } finally {
      stop.abort();
      await Promise.all(flying);
    }
  }

  async #seal(): Promise<Piece | null> {
    const start = this.#sealed;
    const length = Math.min(this.#pieceBytes, this.#parts.total - start);
    if (length === 0) {
      // Its end, where the digest is made.
      await this.#sealer.next();
      return null;
    }
    const piece = { start, ...(await this.#parts.keep(this.#sealedParts(length), length)) };
    this.#waiting = [...this.#waiting, piece];
    return piece;
  }

  /** What is sealed next, until there are as many bytes, or a little more. */
  async *#sealedParts(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (const end = this.#sealed + length; this.#sealed < end; ) {
      const { value } = await this.#sealer.next();
      if (!value) return;
      this.#sealed += value.length;
      yield value;
    }
  }

  async #put(piece: Piece, signal: AbortSignal): Promise<void> {
    const { blob, blobs, transfer, total } = this.#parts;
    const { start, bytes } = piece;
    const began = this.#parts.now();
    const received = await blobs.put(blob, this.#token, start, bytes, signal);
    if (received !== start + bytes.size) throw new ProtocolError('unavailable');
    this.#waiting = this.#waiting.filter((each) => each !== piece);
    piece.release();
    this.#fit(this.#parts.now() - began);
    this.#received = Math.max(this.#received, received);
    transfer.advance(this.#received, total);
  }

  #fit(tookMs: number): void {
    if (tookMs <= quickMs) this.#pieceBytes = Math.min(2 * this.#pieceBytes, pieceBytes.most);
    else if (tookMs > slowMs) this.#pieceBytes = Math.max(this.#pieceBytes / 2, pieceBytes.least);
  }

  /** How far the server is. It must be somewhere in what is kept here: all before was there already. */
  async #ask(): Promise<void> {
    const { blob, signaling, transfer, total } = this.#parts;
    const { token, received } = await signaling.request('blob:open', { blob, use: 'upload' });
    if (received < this.#received || received > this.#sealed)
      throw new AttachmentError('gone', 'the server lost the upload');
    this.#token = token;
    this.#received = received;
    this.#waiting = this.#waiting.flatMap((piece) => {
      if (piece.start >= received) return [piece];
      const rest = piece.bytes.slice(received - piece.start);
      if (rest.size > 0) return [{ ...piece, start: received, bytes: rest }];
      piece.release();
      return [];
    });
    transfer.advance(received, total);
  }
}
