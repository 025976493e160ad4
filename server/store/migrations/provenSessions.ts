import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When a passkey or the provider last showed in a session who it is: administration asks for it. */
export const provenSessions: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema.alterTable('sessions').addColumn('proven_at', 'bigint').execute();
  },
};
