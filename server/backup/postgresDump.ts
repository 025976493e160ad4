import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Kysely, sql } from 'kysely';
import { databaseFailure, StartError } from '../startError.ts';
import { openPostgres } from '../store/postgres.ts';
import type { Tables } from '../store/tables.ts';
import { type LibpqAddress, libpqAddress } from './libpq.ts';

type Program = 'pg_dump' | 'pg_restore';

const run = promisify(execFile);

/** Writes everything committed so far in a PostgreSQL database to one file. Throws StartError where it cannot. */
export async function dumpPostgres(databaseUrl: string, to: string): Promise<void> {
  const address = await addressFor('pg_dump', databaseUrl);
  // Sealed files do not get smaller, but are written in hexadecimal, which does, at the least effort already.
  const form = ['--format=custom', '--compress=1', '--no-owner', '--no-privileges'];
  await call('pg_dump', [...form, '--no-password', '--file', to, '--dbname', address.uri], address.env);
}

/** Throws StartError where `from` is no whole dump, or the database of that address is not there or not empty. */
export async function examineDump(databaseUrl: string, from: string): Promise<void> {
  await addressFor('pg_restore', databaseUrl);
  await call('pg_restore', ['--list', from]);
  const tables = await asked(databaseUrl, async (database) => {
    const { rows } = await sql`select 1 from pg_catalog.pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') limit 1`.execute(database);
    return rows.length;
  });
  if (tables === 0) return;
  throw new StartError(
    'The database of SEALROOM_DATABASE_URL is not empty: stop every server, and name a new one.',
  );
}

/** Fills an empty database, wholly or not at all. Throws StartError. */
export async function restoreDump(databaseUrl: string, from: string): Promise<void> {
  const address = await addressFor('pg_restore', databaseUrl);
  const form = ['--exit-on-error', '--single-transaction', '--no-owner', '--no-privileges'];
  await call('pg_restore', [...form, '--no-password', '--dbname', address.uri, from], address.env);
}

/** The address as the program takes it, which must be as new as the database: older ones do not know what it has. */
async function addressFor(program: Program, databaseUrl: string): Promise<LibpqAddress> {
  const said = await call(program, ['--version']);
  const own = Number(/\(PostgreSQL\) (\d+)/.exec(said)?.[1]);
  const server = await asked(databaseUrl, async (database) => {
    const { rows } = await sql<{
      version: string;
    }>`select current_setting('server_version_num') as version`.execute(database);
    return Math.floor(Number(rows[0]?.version) / 10_000);
  });
  if (own >= server) return libpqAddress(databaseUrl, own);
  throw new StartError(
    `${program} on this machine is of PostgreSQL ${own}, and the database of ${server}: install its client programs (Debian: postgresql-client-${server}).`,
  );
}

async function asked<Answer>(
  databaseUrl: string,
  ask: (database: Kysely<Tables>) => Promise<Answer>,
): Promise<Answer> {
  const database = openPostgres(databaseUrl);
  try {
    return await ask(database);
  } catch (error) {
    throw databaseFailure(error);
  } finally {
    await database.destroy();
  }
}

async function call(
  program: Program,
  args: readonly string[],
  secret: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const env = { ...process.env, ...secret, LC_ALL: 'C' };
    const { stdout } = await run(program, args, { env });
    return stdout;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    if ('code' in cause && cause.code === 'ENOENT') {
      throw new StartError(
        `${program} is missing on this machine: install PostgreSQL's client programs (Debian: postgresql-client).`,
        { cause },
      );
    }
    const said = 'stderr' in cause ? String(cause.stderr).trim() : cause.message;
    throw new StartError(`${program} failed: ${said}`, { cause });
  }
}
