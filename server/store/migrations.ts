import type { Kysely } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { bytesType } from './atomic.ts';
import { auditMigration } from './auditStore.ts';
import { blobParts } from './blobParts.ts';
import { accounts } from './migrations/accounts.ts';
import { libraries } from './migrations/libraries.ts';
import { provenSessions } from './migrations/provenSessions.ts';
import { reports } from './migrations/reports.ts';
import { rooms } from './migrations/rooms.ts';

// Named by number so that their order is their age. A released migration is never edited.
const migrations: Record<string, Migration> = {
  '0001-meetings': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('meetings')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('ended_at', 'bigint')
        .addColumn('head', 'text', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('records')
        .addColumn('meeting', 'text', (column) => column.notNull().references('meetings.id'))
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('bytes', bytesType(database), (column) => column.notNull())
        .addColumn('signature', bytesType(database), (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('records_key', ['meeting', 'seq'])
        .execute();
    },
  },
  '0002-blobs': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('blobs')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('meeting', 'text', (column) => column.notNull().references('meetings.id'))
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('complete', 'integer', (column) => column.notNull())
        .execute();
      await database.schema.createIndex('blobs_meeting').on('blobs').column('meeting').execute();
    },
  },
  '0003-accounts': accounts,
  '0004-reports': reports,
  '0005-audit': auditMigration,
  '0006-libraries': libraries,
  '0007-proven-sessions': provenSessions,
  '0008-blob-parts': blobParts,
  '0009-rooms': rooms,
};

const provider: MigrationProvider = { getMigrations: async () => migrations };

/** Brings a database to the newest schema. Forward only; throws and leaves it as it was when one fails. */
export async function migrate<Schema>(database: Kysely<Schema>): Promise<void> {
  const { error } = await new Migrator({ db: database, provider }).migrateToLatest();
  if (error) throw error;
}
