import { type Kysely, sql } from 'kysely';
import { meetingId, type ReportId, reportId } from '../../shared/ids.ts';
import { atomically } from './atomic.ts';
import type { NewReport, ReportStore, StoredReport } from './reportStore.ts';
import type { Tables } from './tables.ts';

/** Reports on any database that Kysely speaks to. */
export class KyselyReports implements ReportStore {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  async add({ id, meeting, receivedAt, sealed }: NewReport, most: number): Promise<'added' | 'full'> {
    return atomically(this.#database, { alone: ['reports'] }, async (transaction) => {
      const { count } = await transaction
        .selectFrom('reports')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('meeting', '=', meeting)
        .executeTakeFirstOrThrow();
      if (count >= most) return 'full';
      await transaction
        .insertInto('reports')
        .values({ id, meeting, received_at: receivedAt, sealed })
        .execute();
      return 'added';
    });
  }

  async list(): Promise<StoredReport[]> {
    const rows = await this.#database
      .selectFrom('reports')
      .select(['id', 'meeting', 'received_at', sql<number>`length(sealed)`.as('bytes')])
      .orderBy('received_at')
      .orderBy('id')
      .execute();
    return rows.map(({ id, meeting, received_at, bytes }) => ({
      id: reportId.parse(id),
      meeting: meetingId.parse(meeting),
      receivedAt: received_at,
      bytes,
    }));
  }

  async find(id: ReportId): Promise<NewReport | null> {
    const found = await this.#database
      .selectFrom('reports')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!found) return null;
    const { meeting, received_at: receivedAt, sealed } = found;
    return { id, meeting: meetingId.parse(meeting), receivedAt, sealed };
  }

  async remove(id: ReportId): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('reports')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  async forget(before: number): Promise<number> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('reports')
      .where('received_at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
