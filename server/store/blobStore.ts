import type { Kysely } from 'kysely';
import type { BlobId, DeviceKey, MeetingId } from '../../shared/ids.ts';
import { atomically } from './atomic.ts';
import type { Tables } from './tables.ts';

/** What is known of a sealed file: no name, no type. Times in milliseconds since 1970. */
export interface StoredBlob {
  readonly id: BlobId;
  readonly meeting: MeetingId;
  /** The device that uploads it. */
  readonly owner: DeviceKey;
  /** Bytes of ciphertext. */
  readonly size: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** All bytes are on disk. */
  readonly complete: boolean;
}

/** Bytes that may be taken up by everyone, one meeting and one device together with a new file. */
export interface BlobQuota {
  readonly total: number;
  readonly meeting: number;
  readonly device: number;
}

/** Metadata of sealed files. Every method throws what the database throws when it fails. */
export interface BlobStore {
  /** Adds a file unless one of the quotas would be exceeded. */
  add(blob: StoredBlob, quota: BlobQuota): Promise<'added' | 'full'>;
  find(id: BlobId): Promise<StoredBlob | null>;
  complete(id: BlobId, expiresAt: number): Promise<void>;
  remove(id: BlobId): Promise<void>;
  /** Ids of a meeting, or of all meetings. */
  ids(meeting?: MeetingId): Promise<BlobId[]>;
  /** Ids of files whose time is over, and of all files of meetings that have ended. */
  expired(now: number): Promise<BlobId[]>;
  /** Files still being uploaded. */
  unfinished(): Promise<BlobId[]>;
}

/** On any database that Kysely speaks to. */
export class KyselyBlobStore implements BlobStore {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  async add(blob: StoredBlob, quota: BlobQuota): Promise<'added' | 'full'> {
    return atomically(this.#database, { alone: ['blobs'] }, async (transaction) => {
      const sizes = await transaction.selectFrom('blobs').select(['meeting', 'owner', 'size']).execute();
      const within = (limit: number, counts: (row: (typeof sizes)[number]) => boolean) =>
        sizes.reduce((sum, row) => (counts(row) ? sum + row.size : sum), blob.size) <= limit;
      const fits =
        within(quota.total, () => true) &&
        within(quota.meeting, ({ meeting }) => meeting === blob.meeting) &&
        within(quota.device, ({ meeting, owner }) => meeting === blob.meeting && owner === blob.owner);
      if (!fits) return 'full';
      await transaction
        .insertInto('blobs')
        .values({
          id: blob.id,
          meeting: blob.meeting,
          owner: blob.owner,
          size: blob.size,
          created_at: blob.createdAt,
          expires_at: blob.expiresAt,
          complete: blob.complete ? 1 : 0,
        })
        .execute();
      return 'added';
    });
  }

  async find(id: BlobId): Promise<StoredBlob | null> {
    const row = await this.#database.selectFrom('blobs').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) return null;
    return {
      id,
      // Written by this class only, from values of these very types.
      meeting: row.meeting as MeetingId,
      owner: row.owner as DeviceKey,
      size: row.size,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      complete: row.complete === 1,
    };
  }

  async complete(id: BlobId, expiresAt: number): Promise<void> {
    await this.#database
      .updateTable('blobs')
      .set({ complete: 1, expires_at: expiresAt })
      .where('id', '=', id)
      .execute();
  }

  async remove(id: BlobId): Promise<void> {
    await this.#database.deleteFrom('blobs').where('id', '=', id).execute();
  }

  async ids(meeting?: MeetingId): Promise<BlobId[]> {
    const all = this.#database.selectFrom('blobs').select('id');
    return idsOf(await (meeting ? all.where('meeting', '=', meeting) : all).execute());
  }

  async expired(now: number): Promise<BlobId[]> {
    const rows = await this.#database
      .selectFrom('blobs')
      .innerJoin('meetings', 'meetings.id', 'blobs.meeting')
      .select('blobs.id')
      .where((on) => on.or([on('expires_at', '<=', now), on('meetings.ended_at', 'is not', null)]))
      .execute();
    return idsOf(rows);
  }

  async unfinished(): Promise<BlobId[]> {
    return idsOf(await this.#database.selectFrom('blobs').select('id').where('complete', '=', 0).execute());
  }
}

function idsOf(rows: readonly { readonly id: string }[]): BlobId[] {
  // Written from this very type.
  return rows.map(({ id }) => id as BlobId);
}
