import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../startError.ts';
import { type DataPlace, databasePath } from '../store/open.ts';
import { DUMP, digestOf, LISTING, type Listing, SNAPSHOT } from './listing.ts';
import { dumpPostgres } from './postgresDump.ts';

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Writes a backup of a site, beside a running server or a stopped one: the database as it was at one moment, and
 * every other file of the data folder. Appears under its name only when it is whole. Throws StartError where `to` is
 * taken, and where PostgreSQL or its programs do not serve.
 */
export async function backup(
  { dataDir, databaseUrl }: DataPlace,
  to: string,
  version: string,
  now: number,
): Promise<Listing> {
  const draft = `${to}.part`;
  if (existsSync(to)) throw new StartError(`${to} is there already: choose another name.`);
  try {
    await mkdir(dirname(draft), { recursive: true });
    await mkdir(draft, { mode: 0o700 });
  } catch (cause) {
    throw new StartError(`${draft} cannot be made, or is there already: choose another name.`, { cause });
  }
  try {
    if (databaseUrl === null) snapshot(databasePath(dataDir), join(draft, SNAPSHOT));
    else await dumpPostgres(databaseUrl, join(draft, DUMP));
    // The database first: a file it names may be gone by now, as one that expired; none is named too late.
    await copyRest(dataDir, draft);
    const files: Record<string, string> = {};
    for (const name of await filesIn(draft)) files[name] = await digestOf(join(draft, name));
    const content: Listing = { format: 'sealroom backup 1', version, at: now, files };
    const file = await open(join(draft, LISTING), 'wx', 0o600);
    await file.writeFile(`${JSON.stringify(content, null, 1)}\n`);
    await file.sync();
    await file.close();
    await rename(draft, to);
    return content;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** The database with everything committed so far, in one file. Others go on reading and writing. */
function snapshot(from: string, to: string): void {
  const database = new DatabaseSync(from, { timeout: 30_000 });
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
}

/** Paths of all files below a folder, with `/` between names. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

async function copyRest(dataDir: string, to: string): Promise<void> {
  const database = databasePath(dataDir).slice(dataDir.length + 1);
  for (const name of await filesIn(dataDir)) {
    if (name.startsWith(database)) continue;
    await mkdir(dirname(join(to, name)), { recursive: true, mode: 0o700 });
    await copyFile(join(dataDir, name), join(to, name)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
}
