import type { Selectable } from 'kysely';
import { accountId, accountRole, sessionId } from '../../shared/protocol/accounts.ts';
import type { Account, Invite, Passkey, Session } from './accountStore.ts';
import type { AccountTable, InviteTable, PasskeyTable, SessionTable } from './tables.ts';

/** An account as it is stored. */
export function accountRow({ id, subject, name, role, createdAt }: Account): AccountTable {
  return {
    id,
    issuer: subject?.issuer ?? null,
    subject: subject?.subject ?? null,
    name,
    role,
    created_at: createdAt,
  };
}

/** An account as it was stored. This and the others below throw ZodError for a row of another form. */
export function accountOf(row: Selectable<AccountTable>): Account {
  const { issuer, subject } = row;
  return {
    id: accountId.parse(row.id),
    subject: issuer !== null && subject !== null ? { issuer, subject } : null,
    name: row.name,
    role: accountRole.parse(row.role),
    createdAt: row.created_at,
  };
}

/** An invitation as it was stored. */
export function inviteOf(row: Selectable<InviteTable>): Invite {
  return {
    token: row.token,
    account: row.account === null ? null : accountId.parse(row.account),
    name: row.name,
    role: accountRole.parse(row.role),
    expiresAt: row.expires_at,
  };
}

/** A session as it is stored; times in milliseconds since 1970. */
export function sessionRow(session: Session): SessionTable {
  const { id, account, token, previous, device } = session;
  return {
    id,
    account,
    token,
    previous,
    device,
    rotated_at: session.rotatedAt,
    confirmed_at: session.confirmedAt,
    created_at: session.createdAt,
    seen_at: session.seenAt,
    proven_at: session.provenAt,
    expires_at: session.expiresAt,
  };
}

/** A session as it was stored. */
export function sessionOf(row: Selectable<SessionTable>): Session {
  const { token, previous, device } = row;
  return {
    id: sessionId.parse(row.id),
    account: accountId.parse(row.account),
    token,
    previous,
    device,
    rotatedAt: row.rotated_at,
    confirmedAt: row.confirmed_at,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    provenAt: row.proven_at,
    expiresAt: row.expires_at,
  };
}

/** A passkey as it was stored. */
export function passkeyOf(row: Selectable<PasskeyTable>): Passkey {
  const { id, counter, name } = row;
  return {
    id,
    account: accountId.parse(row.account),
    // A plain array: what the database returns may lie over a shared buffer.
    publicKey: Uint8Array.from(row.public_key),
    counter,
    name,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}
