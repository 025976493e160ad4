import type { Kysely, Transaction } from 'kysely';
import type { MeetingId, RecordHash } from '../../shared/ids.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import { atomically } from './atomic.ts';
import { type BlobStore, KyselyBlobStore } from './blobStore.ts';
import type { Append, HashedRecord, MeetingStore, NewMeeting, StoredMeeting, StoredRoom } from './store.ts';
import type { Tables } from './tables.ts';

/** The store on any database that Kysely speaks to. */
export class KyselyStore implements MeetingStore {
  readonly #database: Kysely<Tables>;
  readonly blobs: BlobStore;
  readonly #onEnded: (id: MeetingId) => Promise<void>;
  #closing: Promise<void> | undefined;

  /** `onEnded` is told of each meeting that is over for good, before whoever ended it is. */
  constructor(database: Kysely<Tables>, onEnded: (id: MeetingId) => Promise<void> = async () => undefined) {
    this.#database = database;
    this.#onEnded = onEnded;
    this.blobs = new KyselyBlobStore(database);
  }

  async create({ id, createdAt, main, records }: NewMeeting): Promise<'created' | 'exists'> {
    const last = records.at(-1);
    if (!last) throw new RangeError('a meeting starts with its genesis record');
    return atomically(this.#database, {}, async (transaction) => {
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
      if (main !== undefined) await transaction.insertInto('rooms').values({ meeting: id, main }).execute();
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
    const outcome = await atomically(this.#database, { repeatable: true }, async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('meetings')
        .set({ head: hash, ...(endedAt === undefined ? {} : { ended_at: endedAt }) })
        .where('id', '=', id)
        .where('head', '=', prev)
        .where('ended_at', 'is', null)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) return (await holds(transaction, id, append)) ? 'appended' : 'conflict';
      await transaction
        .insertInto('records')
        .values(row(id, seq, append))
        .execute();
      return 'appended';
    });
    if (outcome === 'appended' && endedAt !== undefined) await this.#onEnded(id);
    return outcome;
  }

  async rooms(): Promise<StoredRoom[]> {
    const found = await this.#database
      .selectFrom('rooms')
      .innerJoin('meetings', 'meetings.id', 'rooms.meeting')
      .select(['rooms.meeting', 'rooms.main', 'meetings.created_at'])
      .where('meetings.ended_at', 'is', null)
      .execute();
    // Written by this class only, from values of this very type.
    return found.map((each) => ({
      id: each.meeting as MeetingId,
      main: each.main as MeetingId,
      createdAt: each.created_at,
    }));
  }

  async end(id: MeetingId, endedAt: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('meetings')
      .set({ ended_at: endedAt })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) return false;
    await this.#onEnded(id);
    return true;
  }

  async forget(before: number): Promise<number> {
    const alone = ['reports', 'blobs'] as const;
    return atomically(this.#database, { repeatable: true, alone }, async (transaction) => {
      const over = await transaction
        .selectFrom('meetings')
        .select('id')
        .where('ended_at', '<', before)
        .where('id', 'not in', transaction.selectFrom('reports').select('meeting'))
        .where('id', 'not in', transaction.selectFrom('blobs').select('meeting'))
        .execute();
      for (const { id } of over) {
        await transaction.deleteFrom('records').where('meeting', '=', id).execute();
        await transaction.deleteFrom('rooms').where('meeting', '=', id).execute();
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

/** Whether this very record stands already: an earlier try whose answer was lost. */
async function holds(
  transaction: Transaction<Tables>,
  meeting: MeetingId,
  { seq, hash }: Append,
): Promise<boolean> {
  const found = await transaction
    .selectFrom('records')
    .select('seq')
    .where('meeting', '=', meeting)
    .where('seq', '=', seq)
    .where('hash', '=', hash)
    .executeTakeFirst();
  return found !== undefined;
}

function row(meeting: MeetingId, seq: number, { record, hash }: HashedRecord) {
  return { meeting, seq, bytes: record.bytes, signature: record.signature, hash };
}
