/** The database cannot be reached, or the connection broke before it answered: a write may or may not stand. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database cannot be reached', { cause });
    this.name = 'DatabaseUnavailable';
  }
}

/** SQLSTATE classes of a server that goes or takes no more: connection exception, resources, operator intervention. */
const GONE = /^(08|53|57P)/;
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
/** What `pg` says without a code. */
const WORDS =
  /connection terminated|timeout exceeded when trying to connect|not queryable|query read timeout/i;

/** Whether an error of `pg` is about the way to the database and not about what it was asked. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  const code = 'code' in error ? String(error.code) : '';
  return GONE.test(code) || SOCKET.has(code) || WORDS.test(error.message);
}

/** Deadlocks and conflicts of transactions: all of it was rolled back. */
export function isConflict(error: unknown): boolean {
  if (sqliteCode(error) === SQLITE.busySnapshot) return true;
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/** Result codes of SQLite; extended ones have the plain one in their lowest byte. */
const SQLITE = { busy: 5, corrupt: 11, full: 13, notDatabase: 26, busySnapshot: 517 } as const;

function sqliteCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
}

/** Whether another process writes to the SQLite file at this moment: the same statement may succeed later. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return (code & 0xff) === SQLITE.busy && code !== SQLITE.busySnapshot;
}

/** Whether the SQLite file is damaged, or none. */
export function isDamaged(error: unknown): boolean {
  const plain = sqliteCode(error) & 0xff;
  return plain === SQLITE.corrupt || plain === SQLITE.notDatabase;
}

/** Whether no more bytes fit on the disk or into the user's quota: of SQLite and of files. */
export function isDiskFull(error: unknown): boolean {
  if ((sqliteCode(error) & 0xff) === SQLITE.full) return true;
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** A row whose owner is not there any more. */
export function isOrphan(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23503';
}
