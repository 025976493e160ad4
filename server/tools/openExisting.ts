import { existsSync } from 'node:fs';
import type { Kysely } from 'kysely';
import { StartError } from '../startError.ts';
import { databasePath, openTables } from '../store/kyselyStore.ts';
import type { Tables } from '../store/tables.ts';

/** The database of a server that ran at least once. Throws StartError where there is none. */
export function openExisting(dataDir: string): Promise<Kysely<Tables>> {
  const path = databasePath(dataDir);
  if (existsSync(path)) return openTables(path);
  throw new StartError(
    `There is no database in ${dataDir}: start the server once, or set SEALROOM_DATA as it has it.`,
  );
}
