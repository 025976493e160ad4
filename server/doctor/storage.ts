import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { databaseFailure } from '../startError.ts';
import { databasePath } from '../store/open.ts';
import { openPostgres } from '../store/postgres.ts';
import { type Finding, green, reasonOf, red } from './finding.ts';

/** The folder that exists: the data folder, or the nearest above it that will hold it. */
export function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}

export function checkDataFolder(folder: string): Finding {
  const there = existingFolder(folder);
  try {
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    return green('Data folder', there === folder ? `${folder} can be written` : `${folder} will be made`);
  } catch {
    return red(
      'Data folder',
      `${there} cannot be written`,
      'Give this user write access, or set SEALROOM_DATA.',
    );
  }
}

/** Whether the database opens and is whole; it may be in use. */
export function checkDatabase(folder: string): Finding {
  const path = databasePath(folder);
  if (!existsSync(path)) return green('Database', 'will be made at the first start');
  const fix = 'Stop the server and restore the newest backup of the data folder.';
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      const verdict = database.prepare('PRAGMA quick_check').get()?.quick_check;
      return verdict === 'ok' ? green('Database', 'whole') : red('Database', `damaged: ${verdict}`, fix);
    } finally {
      database.close();
    }
  } catch (error) {
    return red('Database', `does not open: ${reasonOf(error)}`, fix);
  }
}

/** Whether PostgreSQL answers and takes this user. */
export async function checkPostgres(url: string): Promise<Finding> {
  const database = openPostgres(url);
  try {
    await sql`select 1`.execute(database);
    return green('Database', 'PostgreSQL answers');
  } catch (error) {
    return red('Database', databaseFailure(error).message, 'Then run npm run doctor again.');
  } finally {
    await database.destroy();
  }
}
