import { type KeptPiece, memoryPiece } from '../core/upload.ts';
import { createPrivateFile, type PrivateFile } from './privateStorage.ts';

/** Folder of pieces on their way to the server: ciphertext only. */
export const SEALED_PIECES = 'sealed-pieces';
/** What is smaller costs less in a Blob. */
const WORTH_A_FILE = 1024 ** 2;

/**
 * Keeps a sealed piece out of this page's memory until it is released. On the disk: Chromium sends a file three
 * to four times as fast as the same bytes in a Blob, which it carries through its processes first.
 */
export async function keepPiece(parts: AsyncIterable<Uint8Array>, length: number): Promise<KeptPiece> {
  if (length < WORTH_A_FILE) return memoryPiece(parts);
  // A private window may have no storage.
  const file = await createPrivateFile(SEALED_PIECES).catch(() => null);
  return file === null ? memoryPiece(parts) : onDisk(file, parts);
}

async function onDisk(file: PrivateFile, parts: AsyncIterable<Uint8Array>): Promise<KeptPiece> {
  let written = 0;
  /** What came once the disk had no more room. */
  const rest: Blob[] = [];
  try {
    for await (const part of parts) {
      if (rest.length === 0 && writes(file, part)) written += part.length;
      // Sealed into an ordinary buffer.
      else rest.push(new Blob([part as Uint8Array<ArrayBuffer>]));
    }
    file.close(false);
    const kept = await file.read();
    const bytes = rest.length === 0 ? kept : new Blob([kept.slice(0, written), ...rest]);
    return { bytes, release: () => void file.remove() };
  } catch (error) {
    file.close(false);
    void file.remove();
    throw error;
  }
}

function writes(file: PrivateFile, part: Uint8Array): boolean {
  try {
    file.write(part);
    return true;
  } catch {
    return false;
  }
}
