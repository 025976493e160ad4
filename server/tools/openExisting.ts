import { existsSync } from 'node:fs';
import type { Kysely } from 'kysely';
import { databaseFailure, StartError } from '../startError.ts';
import { type DataPlace, databasePath, openSite } from '../store/open.ts';
import type { Tables } from '../store/tables.ts';

/** The database of a server that ran at least once. Throws StartError where there is none. */
export async function openExisting(place: DataPlace): Promise<Kysely<Tables>> {
  const { dataDir, databaseUrl } = place;
  if (databaseUrl === null && !existsSync(databasePath(dataDir))) {
    throw new StartError(
      `There is no database in ${dataDir}: start the server once, or set SEALROOM_DATA as it has it.`,
    );
  }
  try {
    return await openSite(place);
  } catch (error) {
    throw databaseUrl === null ? error : databaseFailure(error);
  }
}
