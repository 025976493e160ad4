import type { DatabaseRefusal } from '../shared/doctor/finding.ts';
import { ClusterUnavailable } from './cluster/cluster.ts';
import { ConfigError } from './config/config.ts';
import { WorkerBinaryError } from './media/worker/errors.ts';
import { DatabaseUnavailable, isBusy, isDamaged, isDiskFull } from './store/databaseError.ts';

/** Why the server could not start. `message` is for the administrator: what is wrong and what to do. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}

/** The text to show for an error that an administrator can act on, or null for a defect of ours. */
export function advice(error: unknown): string | null {
  const known =
    error instanceof StartError || error instanceof ConfigError || error instanceof WorkerBinaryError;
  return known ? error.message : null;
}

const codeOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** What a failed listen on the page's port means. */
export function listenFailure(error: unknown, host: string, port: number): StartError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken by another program: stop it, or choose another port with SEALROOM_PORT.`,
    EACCES: `Port ${port} needs more rights than this user has: choose one above 1023 with SEALROOM_PORT.`,
    EADDRNOTAVAIL: `This machine has no address ${host}: correct SEALROOM_HOST.`,
    ENOTFOUND: `The name ${host} is not known: correct SEALROOM_HOST.`,
  };
  const cause = { cause: error };
  return new StartError(reasons[codeOf(error)] ?? `Cannot listen on ${host}, port ${port}.`, cause);
}

/** What a failed start of the media workers means. */
export function mediaFailure(error: unknown, port: number, workers: number): unknown {
  const text = error instanceof Error ? error.message : '';
  if (!/address already in use|EADDRINUSE/i.test(text)) return error;
  const range = workers > 1 ? `${port} to ${port + workers - 1}` : `${port}`;
  return new StartError(
    `Media port ${range} (UDP and TCP) is taken by another program, perhaps another Sealroom: choose another with SEALROOM_MEDIA_PORT.`,
    { cause: error },
  );
}

/** What a data folder that does not serve means. */
export function dataFailure(error: unknown, folder: string): StartError {
  const cause = { cause: error };
  if (isDamaged(error)) {
    return new StartError(
      `The database in ${folder} is damaged: keep a copy of the folder, and put a backup back with npm run restore.`,
      cause,
    );
  }
  if (isDiskFull(error)) return new StartError(`The disk of ${folder} is full: make room on it.`, cause);
  if (isBusy(error)) {
    return new StartError(
      `Another program writes to the database in ${folder}, perhaps another Sealroom: stop it.`,
      cause,
    );
  }
  return new StartError(
    `The data folder ${folder} cannot be used (${codeOf(error) || 'unknown reason'}): give this user write access, or name another with SEALROOM_DATA.`,
    cause,
  );
}

/** Why a PostgreSQL database does not serve. */
export function databaseProblem(
  error: unknown,
): { readonly kind: 'silent' } | { readonly kind: 'refuses'; readonly why: DatabaseRefusal } {
  if (error instanceof DatabaseUnavailable) return { kind: 'silent' };
  const refusals: Readonly<Record<string, DatabaseRefusal>> = {
    '28P01': 'password',
    '28000': 'user',
    '3D000': 'missing',
    '42501': 'rights',
  };
  return { kind: 'refuses', why: refusals[codeOf(error)] ?? 'other' };
}

/** What a PostgreSQL database that does not serve means. */
export function databaseFailure(error: unknown): StartError {
  const problem = databaseProblem(error);
  const reasons: Readonly<Record<DatabaseRefusal | 'silent', string>> = {
    silent: 'does not answer: start PostgreSQL, or correct host and port',
    password: 'refuses the password: correct user and password',
    user: "refuses this user: allow it in PostgreSQL's pg_hba.conf",
    missing: 'does not exist: create it with createdb',
    rights: 'gives this user too few rights: make it the owner of the database',
    other: `cannot be used (${codeOf(error) || 'unknown reason'})`,
  };
  const reason = reasons[problem.kind === 'silent' ? 'silent' : problem.why];
  return new StartError(`The database of SEALROOM_DATABASE_URL ${reason}.`, { cause: error });
}

/** What a Redis that does not serve means. */
export function clusterFailure(error: unknown): unknown {
  if (!(error instanceof ClusterUnavailable)) return error;
  const text = error.cause instanceof Error ? error.cause.message : '';
  const reason = /WRONGPASS|NOAUTH/.test(text)
    ? 'refuses the password: correct it'
    : 'does not answer: start Redis, or correct host and port';
  return new StartError(`The Redis of SEALROOM_REDIS_URL ${reason}.`, { cause: error });
}
