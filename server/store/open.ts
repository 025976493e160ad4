import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { openDatabase } from './database.ts';
import { KyselyStore } from './kyselyStore.ts';
import { migrate } from './migrations.ts';
import { openPostgres } from './postgres.ts';
import type { MeetingStore } from './store.ts';
import type { Tables } from './tables.ts';

/** Where a site keeps its data. */
export interface DataPlace {
  readonly dataDir: string;
  /** PostgreSQL's connection string; null for SQLite in the data folder. */
  readonly databaseUrl: string | null;
}

/** The database's file in a data folder. */
export function databasePath(folder: string): string {
  return join(folder, 'sealroom.sqlite');
}

/** Opens a site's database and brings it up to date. Several servers may do so at once where it is PostgreSQL. */
export function openSite({ dataDir, databaseUrl }: DataPlace): Promise<Kysely<Tables>> {
  return databaseUrl === null ? openTables(databasePath(dataDir)) : upToDate(openPostgres(databaseUrl));
}

/** Opens (and brings up to date) the SQLite database in one file. */
export function openTables(path: string): Promise<Kysely<Tables>> {
  return upToDate(openDatabase(path));
}

/** The store of meetings in one file. */
export async function openStore(path: string): Promise<MeetingStore> {
  return new KyselyStore(await openTables(path));
}

async function upToDate(database: Kysely<Tables>): Promise<Kysely<Tables>> {
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}
