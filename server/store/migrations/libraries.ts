import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { bytesType } from '../atomic.ts';

/** Each account's own list of meetings, as one ciphertext. */
export const libraries: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('libraries')
      .addColumn('account', 'text', (column) => column.primaryKey().references('accounts.id'))
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('sealed', bytesType(database), (column) => column.notNull())
      .execute();
  },
};
