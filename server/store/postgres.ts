import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { DatabaseUnavailable, isUnreachable } from './databaseError.ts';
import type { Tables } from './tables.ts';

/** Connections one server opens at most. */
const MOST_CONNECTIONS = 10;
/** How long one try to connect may take, how many there are, and the first wait between them; in ms. */
const CONNECT_MS = 3_000;
const CONNECT_TRIES = 4;
const FIRST_WAIT = 100;
/** A statement that takes longer has hit a lock that nobody will give back. */
const STATEMENT_MS = 15_000;
/** A server that does not even say so by then is not there any more. */
const ANSWER_MS = STATEMENT_MS + 2_000;

/** `int8` as a number: times in milliseconds, sizes and counts. */
function int8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a number in the database is too large');
  return value;
}

const typeParsers: PoolConfig['types'] = {
  getTypeParser: (oid, format) =>
    oid === types.builtins.INT8 && format !== 'binary' ? int8 : types.getTypeParser(oid, format),
};

/**
 * Kysely over PostgreSQL. `url` is a connection string (`postgres://user:password@host/database?sslmode=verify-full`).
 * Connects when first asked. What fails because the database cannot be reached fails as DatabaseUnavailable.
 */
export function openPostgres(url: string): Kysely<Tables> {
  const pool = new Pool({
    connectionString: url,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    application_name: 'sealroom',
    types: typeParsers,
  });
  // A connection lost while idle: the pool drops it, and the next query opens another.
  pool.on('error', () => undefined);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: patient(pool) }) });
}

/** The pool as Kysely takes it, trying again where nothing was sent yet and telling loss from refusal. */
function patient(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => told(await connect(pool)),
    end: () => pool.end(),
  };
}

async function connect(pool: Pool): Promise<PoolClient> {
  for (let attempt = 1, wait = FIRST_WAIT; ; attempt += 1, wait *= 2) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      if (attempt >= CONNECT_TRIES) throw new DatabaseUnavailable(error);
    }
    await delay(wait);
  }
}

const tellings = new WeakMap<PoolClient, PostgresPoolClient>();

/** The client with its errors told apart; one and the same for each, since Kysely keeps state by it. */
function told(client: PoolClient): PostgresPoolClient {
  const known = tellings.get(client);
  if (known) return known;
  let broken = false;
  client.on('error', () => {
    broken = true;
  });
  const query = async (text: string, values?: readonly unknown[]) => {
    try {
      return await client.query(text, values ? [...values] : []);
    } catch (error) {
      if (!broken && !isUnreachable(error)) throw error;
      broken = true;
      throw new DatabaseUnavailable(error);
    }
  };
  const telling: PostgresPoolClient = {
    // Kysely's type has an overload for cursors, which it passes only where a dialect is given one.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || broken),
  };
  tellings.set(client, telling);
  return telling;
}
