import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { PatientSqlite } from './patientSqlite.ts';
import type { Tables } from './tables.ts';

class Statement implements SqliteStatement {
  readonly #statement: StatementSync;
  readonly reader: boolean;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...bound(parameters));
  }

  run(parameters: readonly unknown[]) {
    return this.#statement.run(...bound(parameters));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...bound(parameters));
  }
}

function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || value instanceof Uint8Array) return value;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
    throw new TypeError(`SQLite has no column type for ${typeof value}`);
  });
}

/**
 * Kysely over Node's own SQLite. `path` is a file or `:memory:`. A commit is on disk when it returns
 * (WAL, synchronous FULL). Throws what SQLite throws when the file cannot be opened.
 */
export function openDatabase(path: string): Kysely<Tables> {
  const sqlite = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5_000 });
  sqlite.exec('PRAGMA journal_mode = WAL');
  sqlite.exec('PRAGMA synchronous = FULL');
  // From here on `PatientSqlite` waits, which holds nobody up.
  sqlite.exec('PRAGMA busy_timeout = 0');
  let open = true;
  const database: SqliteDatabase = {
    prepare: (sql) => new Statement(sqlite.prepare(sql)),
    close() {
      if (open) sqlite.close();
      open = false;
    },
  };
  return new Kysely<Tables>({ dialect: new PatientSqlite({ database }, () => sqlite.isTransaction) });
}
