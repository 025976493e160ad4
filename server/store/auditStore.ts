import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { AuditHead, AuditLine } from '../audit/entry.ts';
import { atomically } from './atomic.ts';
import type { Tables } from './tables.ts';

/** An entry, and the head that it becomes. */
interface Appended {
  readonly line: AuditLine;
  readonly head: AuditHead;
}

/** Where the audit log rests. Every method throws what the database throws when it fails. */
export interface AuditStore {
  /** The newest entry; null before the first. */
  head(): Promise<AuditHead | null>;
  /** Adds what `follow` makes of the present head. No other process adds anything meanwhile. */
  append(follow: (head: AuditHead | null) => Appended): Promise<void>;
  /** Entries from a position, in order, at most `count`. */
  lines(from: number, count: number): Promise<readonly AuditLine[]>;
  /** Entries older than a position, or the newest where it is null, newest first, at most `count`. */
  linesBefore(before: number | null, count: number): Promise<readonly AuditLine[]>;
}

/** The audit log, and its signed end. */
export const auditMigration: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('audit')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('line', 'text', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('audit_head')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('signature', 'text', (column) => column.notNull())
      .execute();
  },
};

/** There is one head. */
const HEAD = 1;

/** The audit log in the database of the site. */
export class KyselyAudit implements AuditStore {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  head(): Promise<AuditHead | null> {
    return headIn(this.#database);
  }

  append(follow: (head: AuditHead | null) => Appended): Promise<void> {
    // Servers of a site take turns at the one chain: one that had to try again whenever another was quicker would give
    // up at last where they are busy.
    return atomically(this.#database, { alone: ['audit_head'] }, async (transaction) => {
      const { line, head } = follow(await headIn(transaction));
      await transaction.insertInto('audit').values(line).execute();
      await transaction
        .insertInto('audit_head')
        .values({ id: HEAD, ...head })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(head))
        .execute();
    });
  }

  lines(from: number, count: number): Promise<readonly AuditLine[]> {
    return this.#database
      .selectFrom('audit')
      .select(['seq', 'line'])
      .where('seq', '>=', from)
      .orderBy('seq')
      .limit(count)
      .execute();
  }

  linesBefore(before: number | null, count: number): Promise<readonly AuditLine[]> {
    return this.#database
      .selectFrom('audit')
      .select(['seq', 'line'])
      .$if(before !== null, (query) => query.where('seq', '<', before))
      .orderBy('seq', 'desc')
      .limit(count)
      .execute();
  }
}

async function headIn(database: Kysely<Tables>): Promise<AuditHead | null> {
  const found = await database
    .selectFrom('audit_head')
    .select(['seq', 'hash', 'signature'])
    .where('id', '=', HEAD)
    .executeTakeFirst();
  return found ?? null;
}
