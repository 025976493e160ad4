import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../startError.ts';
import { type DataPlace, databasePath } from '../store/open.ts';
import { filesIn } from './backup.ts';
import { DUMP, digestOf, LISTING, type Listing, listing, SNAPSHOT } from './listing.ts';
import { examineDump, restoreDump } from './postgresDump.ts';

/**
 * Puts a backup where a stopped server will look for its data, once every file in it was compared with its digest
 * and the database found sound. `dataDir` must be empty or absent, a database in PostgreSQL empty. Throws StartError;
 * nothing is changed then.
 */
export async function restore(from: string, { dataDir, databaseUrl }: DataPlace): Promise<Listing> {
  const content = await readListing(from);
  const there = (await filesIn(from)).filter((name) => name !== LISTING);
  const missing = Object.keys(content.files).find((name) => !there.includes(name));
  const extra = there.find((name) => !Object.hasOwn(content.files, name));
  if (missing !== undefined) throw new StartError(`The backup is not whole: ${missing} is missing.`);
  if (extra !== undefined) throw new StartError(`The backup holds ${extra}, which it does not name.`);
  needDatabase(content, databaseUrl);
  await needEmpty(dataDir);
  const draft = `${dataDir}.part`;
  await rm(draft, { recursive: true, force: true });
  try {
    for (const [name, digest] of Object.entries(content.files)) {
      const target = name === SNAPSHOT ? databasePath(draft) : join(draft, name);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(join(from, name), target);
      // What was copied is looked at, not what was read for it.
      if ((await digestOf(target)) !== digest) throw new StartError(`${name} in the backup was changed.`);
    }
    if (databaseUrl === null) examine(databasePath(draft));
    else await load(join(draft, DUMP), databaseUrl);
    await rm(dataDir, { recursive: true, force: true });
    await rename(draft, dataDir);
    return content;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function readListing(from: string): Promise<Listing> {
  try {
    return listing.parse(JSON.parse(await readFile(join(from, LISTING), 'utf8')));
  } catch (cause) {
    throw new StartError(`${from} is no backup: npm run backup writes them.`, { cause });
  }
}

/** A backup holds one kind of database, and is for a server of that kind. */
function needDatabase({ files }: Listing, databaseUrl: string | null): void {
  if (Object.hasOwn(files, databaseUrl === null ? SNAPSHOT : DUMP)) return;
  throw new StartError(
    databaseUrl === null
      ? 'The backup is of a database in PostgreSQL: set SEALROOM_DATABASE_URL to an empty one.'
      : 'The backup is of a database in the data folder: leave SEALROOM_DATABASE_URL out.',
  );
}

async function load(dump: string, databaseUrl: string): Promise<void> {
  await examineDump(databaseUrl, dump);
  await restoreDump(databaseUrl, dump);
  await rm(dump);
}

async function needEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  throw new StartError(`${folder} is not empty: stop the server, move its data away, and restore again.`);
}

function examine(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare('PRAGMA integrity_check').all();
    if (rows.length === 1 && rows[0]?.integrity_check === 'ok') return;
    throw new StartError('The database in the backup is damaged.');
  } finally {
    database.close();
  }
}
