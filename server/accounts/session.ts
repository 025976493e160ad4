import type { Session } from '../store/accountStore.ts';

/** How long sessions live and how often their token changes, in milliseconds. */
export interface SessionRules {
  /** A token older than this is replaced at the next request. */
  readonly rotateMs: number;
  /** How long after its successor was seen an old token still passes, for requests that were under way. */
  readonly graceMs: number;
  /** A session not seen for this long is over. */
  readonly idleMs: number;
}

const HOUR = 3_600_000;

export const sessionRules: SessionRules = { rotateMs: HOUR, graceMs: 60_000, idleMs: 7 * 24 * HOUR };

/** A provider's word about a person counts for one working day, as its id_token does. */
export const PROVIDER_SESSION_MS = 12 * HOUR;
export const LOCAL_SESSION_MS = 30 * 24 * HOUR;

export type SessionVerdict =
  /** `rotate`: a new token is due; `confirm`: the newest token is seen for the first time. */
  | { readonly kind: 'good'; readonly rotate: boolean; readonly confirm: boolean }
  | { readonly kind: 'over' }
  /** A token that was replaced, and whose successor is in use: somebody copied it. */
  | { readonly kind: 'stolen' };

/**
 * What a presented token is worth. The old token stays good until its successor has been seen, because the
 * answer that carried the successor may have been lost; afterwards whoever presents it holds a copy. Pure.
 */
export function judgeSession(
  session: Session,
  presented: string,
  now: number,
  rules: SessionRules,
): SessionVerdict {
  if (now >= session.expiresAt || now >= session.seenAt + rules.idleMs) return { kind: 'over' };
  if (presented === session.token) {
    const rotate = now >= session.rotatedAt + rules.rotateMs;
    return { kind: 'good', rotate, confirm: session.confirmedAt === null };
  }
  if (presented !== session.previous) return { kind: 'over' };
  if (session.confirmedAt === null) {
    // Its successor may be on its way; only when it never shows up another one is due.
    return { kind: 'good', rotate: now >= session.rotatedAt + rules.graceMs, confirm: false };
  }
  if (now < session.confirmedAt + rules.graceMs) return { kind: 'good', rotate: false, confirm: false };
  return { kind: 'stolen' };
}
