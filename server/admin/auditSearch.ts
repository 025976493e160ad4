import type { AuditPage, AuditQuery, AuditRow } from '../../shared/protocol/admin.ts';
import type { AuditLog } from '../audit/auditLog.ts';
import { type AuditEntry, type AuditLine, readEntry } from '../audit/entry.ts';

/** Rows of one answer, and entries looked at for it: what is rare is searched for over several answers. */
const ROWS = 50;
const LOOKED_AT = 20_000;
const PIECE = 1_000;

/** Looks for entries backwards from the newest, or from where the last answer ended. */
export async function searchAudit(log: Pick<AuditLog, 'before'>, query: AuditQuery): Promise<AuditPage> {
  const rows: AuditRow[] = [];
  let { before } = query;
  for (let looked = 0; looked < LOOKED_AT; ) {
    const piece = await log.before(before, PIECE);
    for (const line of piece) {
      looked += 1;
      before = line.seq;
      const entry = readEntry(line.line);
      if (query.since !== null && entry && entry.at < query.since) return { rows, next: null };
      if (fits(line, entry, query)) rows.push(rowOf(line, entry));
      if (rows.length === ROWS) return { rows, next: line.seq > 1 ? line.seq : null };
    }
    if (piece.length < PIECE) return { rows, next: null };
  }
  return { rows, next: before };
}

function fits({ line }: AuditLine, entry: AuditEntry | null, { kinds, about }: AuditQuery): boolean {
  // What cannot be read is always shown: somebody has been at the log.
  if (!entry) return true;
  if (kinds.length > 0 && !kinds.includes(entry.event.kind)) return false;
  return about === '' || line.includes(`"${about}`);
}

function rowOf({ seq }: AuditLine, entry: AuditEntry | null): AuditRow {
  if (!entry) return { seq, at: 0, kind: 'unreadable', details: [] };
  const { kind, ...details } = entry.event;
  return {
    seq,
    at: entry.at,
    kind,
    details: Object.entries(details).map(([name, value]) => [name, value === null ? '' : String(value)]),
  };
}
