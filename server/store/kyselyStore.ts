import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { MeetingId, RecordHash } from '../../shared/ids.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import { type BlobStore, KyselyBlobStore } from './blobStore.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrations.ts';
import type { Append, HashedRecord, MeetingStore, NewMeeting, StoredMeeting } from './store.ts';
import type { Tables } from './tables.ts';

/** The store on any database that Kysely speaks to. */
export class KyselyStore implements MeetingStore {
  readonly #database: Kysely<Tables>;
  readonly blobs: BlobStore;
  readonly #onEnded: (id: MeetingId) => void;
  #closing: Promise<void> | undefined;

  /** `onEnded` is told of each meeting whose last record is stored. */
  constructor(database: Kysely<Tables>, onEnded: (id: MeetingId) => void = () => undefined) {
    this.#database = database;
    this.#onEnded = onEnded;
    this.blobs = new KyselyBlobStore(database);
  }

  async create({ id, createdAt, records }: NewMeeting): Promise<'created' | 'exists'> {
    const last = records.at(-1);
    if (!last) throw new RangeError('a meeting starts with its genesis record');
    return this.#database.transaction().execute(async (transaction) => {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('meetings')
        .values({ id, created_at: createdAt, ended_at: null, head: last.hash })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirstOrThrow();
      if (!numInsertedOrUpdatedRows) return 'exists';
      await transaction
        .insertInto('records')
        .values(records.map((record, seq) => row(id, seq, record)))
        .execute();
      return 'created';
    });
  }

  async find(id: MeetingId): Promise<StoredMeeting | null> {
    const found = await this.#database
      .selectFrom('meetings')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!found) return null;
    // Written by this class only, from a value of this very type.
    const head = found.head as RecordHash;
    return { id, createdAt: found.created_at, endedAt: found.ended_at, head };
  }

  async records(id: MeetingId): Promise<SignedRecord[]> {
    return this.#database
      .selectFrom('records')
      .select(['bytes', 'signature'])
      .where('meeting', '=', id)
      .orderBy('seq')
      .execute();
  }

  async append(id: MeetingId, append: Append): Promise<'appended' | 'conflict'> {
    const { prev, seq, hash, endedAt } = append;
    const outcome = await this.#database.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('meetings')
        .set({ head: hash, ...(endedAt === undefined ? {} : { ended_at: endedAt }) })
        .where('id', '=', id)
        .where('head', '=', prev)
        .where('ended_at', 'is', null)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) return 'conflict' as const;
      await transaction
        .insertInto('records')
        .values(row(id, seq, append))
        .execute();
      return 'appended' as const;
    });
    if (outcome === 'appended' && endedAt !== undefined) this.#onEnded(id);
    return outcome;
  }

  async forget(before: number): Promise<number> {
    return this.#database.transaction().execute(async (transaction) => {
      const over = await transaction
        .selectFrom('meetings')
        .select('id')
        .where('ended_at', '<', before)
        .where('id', 'not in', transaction.selectFrom('reports').select('meeting'))
        .where('id', 'not in', transaction.selectFrom('blobs').select('meeting'))
        .execute();
      for (const { id } of over) {
        await transaction.deleteFrom('records').where('meeting', '=', id).execute();
        await transaction.deleteFrom('meetings').where('id', '=', id).execute();
      }
      return over.length;
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#database.destroy();
    return this.#closing;
  }
}

function row(meeting: MeetingId, seq: number, { record, hash }: HashedRecord) {
  return { meeting, seq, bytes: record.bytes, signature: record.signature, hash };
}

/** The database's file in a data folder. */
export function databasePath(folder: string): string {
  return join(folder, 'sealroom.sqlite');
}

/** Opens (and brings up to date) the SQLite database in one file. */
export async function openTables(path: string): Promise<Kysely<Tables>> {
  const database = openDatabase(path);
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

/** The store of meetings in one file. */
export async function openStore(path: string): Promise<MeetingStore> {
  return new KyselyStore(await openTables(path));
}
