import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { BlobId } from '../../shared/ids.ts';
import { inBatches } from '../blobs/batches.ts';
import type { BlobBytes } from '../blobs/bytes.ts';
import { bytesType, isPostgres } from './atomic.ts';
import { isOrphan } from './databaseError.ts';
import type { Tables } from './tables.ts';

/** Most bytes of one row: few rows for a file, and little memory for each transfer. */
const PART_BYTES = 512 * 1024;

/** Sealed files in the database that the servers of a site share, cut into rows. */
export class KyselyBlobParts implements BlobBytes {
  readonly #database: Kysely<Tables>;
  readonly #now: () => number;

  constructor(database: Kysely<Tables>, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Rows go with the file that they belong to. */
  async prepare(): Promise<void> {}

  async length(id: BlobId): Promise<number> {
    return (await this.#last(id))?.until ?? 0;
  }

  async touched(id: BlobId): Promise<number | null> {
    return (await this.#last(id))?.came_at ?? null;
  }

  async append(id: BlobId, offset: number, body: AsyncIterable<Uint8Array>): Promise<number> {
    let length = offset;
    try {
      await inBatches(body, async (parts) => {
        const batch = Buffer.concat(parts);
        for (let from = 0; from < batch.length; from += PART_BYTES) {
          const part = batch.subarray(from, from + PART_BYTES);
          if (!(await this.#insert(id, length, part))) throw new Overtaken();
          length += part.length;
        }
      });
    } catch (error) {
      if (error instanceof Overtaken) return this.length(id);
      throw error;
    }
    return length;
  }

  /** Each row was committed. */
  async keep(): Promise<void> {}

  async *read(id: BlobId, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = start; at < end; ) {
      const row = await this.#database
        .selectFrom('blob_parts')
        .select(['at', 'bytes'])
        .where('blob', '=', id)
        .where('at', '<=', at)
        .where('until', '>', at)
        .executeTakeFirst();
      // An early end would leave the reader waiting for the rest.
      if (!row) throw new Error('a sealed file is shorter than it was');
      const part = row.bytes.subarray(at - row.at, end - row.at);
      yield part;
      at += part.length;
    }
  }

  async remove(id: BlobId): Promise<void> {
    await this.#database.deleteFrom('blob_parts').where('blob', '=', id).execute();
  }

  #last(id: BlobId) {
    return this.#database
      .selectFrom('blob_parts')
      .select(['until', 'came_at'])
      .where('blob', '=', id)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** False where another server has written there already, or the file was deleted. */
  async #insert(id: BlobId, at: number, bytes: Uint8Array): Promise<boolean> {
    const row = { blob: id, at, until: at + bytes.length, came_at: this.#now(), bytes };
    const insert = this.#database.insertInto('blob_parts').values(row);
    try {
      const [{ numInsertedOrUpdatedRows } = {}] = await insert.onConflict((on) => on.doNothing()).execute();
      return numInsertedOrUpdatedRows === 1n;
    } catch (error) {
      if (isOrphan(error)) return false;
      throw error;
    }
  }
}

/** Another server appends, or the file was deleted: what else comes is of no use. */
class Overtaken extends Error {}

export const blobParts: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('blob_parts')
      .addColumn('blob', 'text', (column) => column.notNull().references('blobs.id').onDelete('cascade'))
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .addColumn('came_at', 'bigint', (column) => column.notNull())
      .addColumn('bytes', bytesType(database), (column) => column.notNull())
      .addPrimaryKeyConstraint('blob_parts_key', ['blob', 'at'])
      .execute();
    // Ciphertext does not compress.
    if (isPostgres(database)) {
      await sql`alter table blob_parts alter column bytes set storage external`.execute(database);
    }
  },
};
