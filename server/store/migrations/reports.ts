import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { bytesType } from '../atomic.ts';

export const reports: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('reports')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('meeting', 'text', (column) => column.notNull().references('meetings.id'))
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addColumn('sealed', bytesType(database), (column) => column.notNull())
      .execute();
    await database.schema.createIndex('reports_by_meeting').on('reports').column('meeting').execute();
    await database.schema.createIndex('reports_by_time').on('reports').column('received_at').execute();
  },
};
