import { setTimeout as delay } from 'node:timers/promises';
import { type DatabaseConnection, type Driver, SqliteDialect, type SqliteDialectConfig } from 'kysely';
import { isBusy } from './databaseError.ts';

/** How long a statement waits for another process that writes, the first wait and the longest between two tries; in ms. */
const PATIENCE_MS = 5_000;
const FIRST_WAIT = 10;
const LONGEST_WAIT = 200;

/**
 * Kysely's SQLite where another process may be writing too: waits without holding up the event loop, which SQLite's own
 * busy time-out does. Throws what SQLite throws when it takes longer.
 */
export class PatientSqlite extends SqliteDialect {
  readonly #inTransaction: () => boolean;

  /** `inTransaction`: whether the connection is in one at this moment. */
  constructor(config: SqliteDialectConfig, inTransaction: () => boolean) {
    super(config);
    this.#inTransaction = inTransaction;
  }

  override createDriver(): Driver {
    const driver = super.createDriver();
    let patient: DatabaseConnection | null = null;
    return {
      init: (options) => driver.init(options),
      acquireConnection: async (options) => {
        patient ??= waiting(await driver.acquireConnection(options));
        return patient;
      },
      beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
      commitTransaction: (connection) => driver.commitTransaction(connection),
      rollbackTransaction: async (connection) => {
        // SQLite rolls back by itself where the disk is full; a second time would hide why.
        if (this.#inTransaction()) await driver.rollbackTransaction(connection);
      },
      releaseConnection: (connection, options) => driver.releaseConnection(connection, options),
      destroy: (options) => driver.destroy(options),
    };
  }
}

function waiting(connection: DatabaseConnection): DatabaseConnection {
  return {
    async executeQuery(...query) {
      const deadline = performance.now() + PATIENCE_MS;
      for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
        try {
          return await connection.executeQuery(...query);
        } catch (error) {
          if (!isBusy(error) || performance.now() > deadline) throw error;
        }
        await delay(wait);
      }
    },
    streamQuery: (...query) => connection.streamQuery(...query),
  };
}
