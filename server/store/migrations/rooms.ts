import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const rooms: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('rooms')
      .addColumn('meeting', 'text', (column) => column.primaryKey().references('meetings.id'))
      .addColumn('main', 'text', (column) => column.notNull())
      .execute();
  },
};
