import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Finding } from '../../shared/doctor/finding.ts';
import { databaseProblem } from '../startError.ts';
import { databasePath } from '../store/open.ts';
import { openPostgres } from '../store/postgres.ts';
import { green, reasonOf, red } from './finding.ts';

/** The folder that exists: the data folder, or the nearest above it that will hold it. */
export function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}

/** Whether the data folder, or the one it will be made in, can be written. */
export function checkDataFolder(folder: string): Finding {
  const there = existingFolder(folder);
  try {
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    return green({ code: there === folder ? 'folder-ready' : 'folder-new', folder });
  } catch {
    return red({ code: 'folder-closed', folder: there });
  }
}

/** Whether the database opens and is whole; it may be in use. */
export function checkDatabase(folder: string): Finding {
  const path = databasePath(folder);
  if (!existsSync(path)) return green({ code: 'database-new' });
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      const verdict = database.prepare('PRAGMA quick_check').get()?.quick_check;
      if (verdict === 'ok') return green({ code: 'database-whole' });
      return red({ code: 'database-damaged', reason: String(verdict) });
    } finally {
      database.close();
    }
  } catch (error) {
    return red({ code: 'database-closed', reason: reasonOf(error) });
  }
}

/** Whether PostgreSQL answers and takes this user. */
export async function checkPostgres(url: string): Promise<Finding> {
  const database = openPostgres(url);
  try {
    await sql`select 1`.execute(database);
    return green({ code: 'postgres-answers' });
  } catch (error) {
    const problem = databaseProblem(error);
    if (problem.kind === 'silent') return red({ code: 'postgres-silent' });
    return red({ code: 'postgres-refuses', why: problem.why, reason: reasonOf(error) });
  } finally {
    await database.destroy();
  }
}
