import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProtocolError } from '../../shared/errors.ts';
import { type BlobId, blobId } from '../../shared/ids.ts';
import { isDiskFull } from '../store/databaseError.ts';
import { inBatches } from './batches.ts';
import type { BlobBytes } from './bytes.ts';

const PART_BYTES = 256 * 1024;

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Appends the parts as they are, without a copy of them in one piece. Returns how many bytes they were. */
async function written(file: FileHandle, parts: readonly Uint8Array[]): Promise<number> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const { bytesWritten } = await file.writev(parts);
  // A disk that is full took the beginning; writing the rest says so.
  if (bytesWritten < length) await file.appendFile(Buffer.concat(parts).subarray(bytesWritten));
  return length;
}

/** Sealed files in one folder, each under its id. An id is checked by its schema wherever it comes from. */
export class BlobFiles implements BlobBytes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws what the file system throws. */
  async prepare(known: ReadonlySet<BlobId>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const { data: id } = blobId.safeParse(name);
      if (id && !known.has(id)) await this.remove(id);
    }
  }

  async length(id: BlobId): Promise<number> {
    return (await this.#stat(id))?.size ?? 0;
  }

  async touched(id: BlobId): Promise<number | null> {
    return (await this.#stat(id))?.mtimeMs ?? null;
  }

  /** The caller lets one at a time append. */
  async append(id: BlobId, _offset: number, body: AsyncIterable<Uint8Array>): Promise<number> {
    try {
      const file = await open(this.#path(id), 'a', 0o600);
      try {
        let { size } = await file.stat();
        await inBatches(body, async (batch) => {
          size += await written(file, batch);
        });
        return size;
      } finally {
        await file.close();
      }
    } catch (error) {
      throw isDiskFull(error) ? new ProtocolError('full', { cause: error }) : error;
    }
  }

  /** With its name in the folder. */
  async keep(id: BlobId): Promise<void> {
    for (const path of [this.#path(id), this.#folder]) {
      const handle = await open(path, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
  }

  async *read(id: BlobId, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    const file = await open(this.#path(id), 'r');
    try {
      for (let at = start; at < end; ) {
        const part = new Uint8Array(Math.min(PART_BYTES, end - at));
        const { bytesRead } = await file.read(part, 0, part.length, at);
        // Damaged. An early end would leave the reader waiting for the rest.
        if (bytesRead === 0) throw new Error('a sealed file is shorter than it was');
        yield part.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  async remove(id: BlobId): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  async #stat(id: BlobId) {
    try {
      return await stat(this.#path(id));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  #path(id: BlobId): string {
    return join(this.#folder, id);
  }
}
