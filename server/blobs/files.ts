import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobId, blobId } from '../../shared/ids.ts';

const PART_BYTES = 256 * 1024;

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Sealed files in one folder, each under its id. An id is checked by its schema wherever it comes from. */
export class BlobFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws what the file system throws. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** Bytes on disk; 0 where there is no file yet. */
  async length(id: BlobId): Promise<number> {
    return (await this.#stat(id))?.size ?? 0;
  }

  /** When bytes last came, milliseconds since 1970; null where none has. */
  async touched(id: BlobId): Promise<number | null> {
    return (await this.#stat(id))?.mtimeMs ?? null;
  }

  /**
   * Appends at the end. What came before a failure stays. `finished` says, once the bytes are written,
   * whether they are the last: then they are on the disk itself when this returns.
   */
  async append(
    id: BlobId,
    body: AsyncIterable<Uint8Array>,
    finished: (length: number) => boolean,
  ): Promise<number> {
    const file = await open(this.#path(id), 'a', 0o600);
    try {
      let { size } = await file.stat();
      for await (const bytes of body) {
        await file.appendFile(bytes);
        size += bytes.length;
      }
      if (finished(size)) await file.sync();
      return size;
    } finally {
      await file.close();
    }
  }

  /** The bytes from `start` up to `end`, exclusive, in parts. */
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

  /** Idempotent. */
  async remove(id: BlobId): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** The ids that have a file. */
  async ids(): Promise<BlobId[]> {
    return (await readdir(this.#folder)).flatMap((name) => {
      const parsed = blobId.safeParse(name);
      return parsed.success ? [parsed.data] : [];
    });
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
