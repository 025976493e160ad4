import type { ErrorCode } from '../../shared/errors.ts';
import type { Account, Session } from '../store/accountStore.ts';

/** How long a passkey, or the provider's word, counts for administration. */
const PROVEN_MS = 12 * 3_600_000;

/**
 * Why somebody who is signed in may not administer the site; null where they may. The role alone is not enough: a
 * one-time link that went astray, or a session that is left open for weeks, must not lead in here. Pure.
 */
export function refusalOfAdmin(
  { role }: Pick<Account, 'role'>,
  { provenAt }: Pick<Session, 'provenAt'>,
  now: number,
): Extract<ErrorCode, 'not-entitled' | 'passkey-required'> | null {
  if (role !== 'admin') return 'not-entitled';
  return provenAt !== null && now < provenAt + PROVEN_MS ? null : 'passkey-required';
}

/**
 * Whether a session may add a passkey, and so a lasting way in: one that was opened lately, or has shown lately who it
 * is. Whoever got hold of an old session could otherwise make it theirs. Pure.
 */
export function mayAddPasskey({ createdAt, provenAt }: Session, now: number): boolean {
  return now < Math.max(createdAt, provenAt ?? 0) + PROVEN_MS;
}
