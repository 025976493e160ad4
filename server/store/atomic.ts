import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, PostgresAdapter, sql, type Transaction } from 'kysely';
import { DatabaseUnavailable, isConflict } from './databaseError.ts';
import type { Tables } from './tables.ts';

const TRIES = 4;
const FIRST_WAIT = 50;

export interface Atomic {
  /** Doing it twice is the same as once, so that it is tried again where a lost connection leaves the outcome open. */
  readonly repeatable?: boolean;
  /** Tables nobody else writes to meanwhile, for a decision that rests on all their rows. */
  readonly alone?: readonly (keyof Tables)[];
}

/**
 * Does all or nothing of something. Tried again after a conflict with another server. Throws what the work throws, and
 * DatabaseUnavailable.
 */
export async function atomically<Value>(
  database: Kysely<Tables>,
  { repeatable = false, alone = [] }: Atomic,
  work: (transaction: Transaction<Tables>) => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1, wait = FIRST_WAIT; ; attempt += 1, wait *= 2) {
    try {
      return await database.transaction().execute(async (transaction) => {
        await lock(transaction, alone);
        return work(transaction);
      });
    } catch (error) {
      const again = isConflict(error) || (repeatable && error instanceof DatabaseUnavailable);
      if (!again || attempt >= TRIES) throw error;
    }
    await delay(wait);
  }
}

/** Readers are not held up. */
async function lock(transaction: Transaction<Tables>, tables: readonly (keyof Tables)[]): Promise<void> {
  const [first] = tables;
  if (first === undefined) return;
  if (!isPostgres(transaction)) {
    // One writer at a time, from its first write on: with this one, so that what is read next stays true.
    await sql`delete from ${sql.table(first)} where false`.execute(transaction);
    return;
  }
  const names = sql.join(tables.map((table) => sql.table(table)));
  await sql`lock table ${names} in share row exclusive mode`.execute(transaction);
}

/** Whether a database is PostgreSQL; SQLite otherwise. */
export function isPostgres<Schema>(database: Kysely<Schema>): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}

/** The column type for bytes. */
export function bytesType<Schema>(database: Kysely<Schema>): 'blob' | 'bytea' {
  return isPostgres(database) ? 'bytea' : 'blob';
}
