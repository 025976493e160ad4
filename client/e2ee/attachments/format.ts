import { concat, fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { BlobId, MeetingId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { AttachmentError } from './error.ts';

/*
 * A sealed file: 24 bytes of secretstream header, then chunks. The plaintext is the file, then zeros up to
 * a padded size. Every chunk but the last holds 128 KiB and is tagged MESSAGE, the last is tagged FINAL;
 * each is bound to meeting, blob and its own place.
 */

/** Plaintext bytes in every chunk but the last. */
export const CHUNK_BYTES = 128 * 1024;
/** What sealing adds to a chunk: tag byte and MAC. */
export const CHUNK_OVERHEAD = 17;
export const HEADER_BYTES = 24;
export const KEY_BYTES = 32;
export const DIGEST_BYTES = 32;
/** Files up to this size look alike. */
const SMALLEST = 16 * 1024;

/** What a sealed file is bound to, so that no other can stand in for it. */
export interface Binding {
  readonly meeting: MeetingId;
  readonly blob: BlobId;
}

/**
 * The size a file of `size` bytes is padded to: of the leading binary digits only about log log remain
 * (Padmé), which adds 12% at most and 3% from 16 MiB on. Throws AttachmentError('too-large').
 */
export function paddedSize(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0 || size > limits.fileBytes) {
    throw new AttachmentError('too-large', 'files are limited to 1 GiB');
  }
  if (size <= SMALLEST) return SMALLEST;
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / step) * step;
}

/** Chunks of a file of `size` bytes; at least one. */
export function chunkCount(size: number): number {
  return Math.ceil(paddedSize(size) / CHUNK_BYTES);
}

/** Plaintext bytes in chunk `index`, padding included. */
export function chunkLength(size: number, index: number): number {
  return Math.min(CHUNK_BYTES, paddedSize(size) - index * CHUNK_BYTES);
}

/** Bytes that the server holds for a file of `size` bytes. Throws AttachmentError('too-large'). */
export function sealedSize(size: number): number {
  return HEADER_BYTES + paddedSize(size) + chunkCount(size) * CHUNK_OVERHEAD;
}

const LABEL = utf8('Sealroom 1.0 File');

/** Associated data of one chunk; its last four bytes are the index, big-endian. */
export function chunkBinding({ meeting, blob }: Binding, index: number): Uint8Array {
  const place = new Uint8Array(4);
  new DataView(place.buffer).setUint32(0, index);
  return concat(LABEL, new Uint8Array(1), fromBase64Url(meeting), fromBase64Url(blob), place);
}
