import { type AccountId, type AccountRole, accountId } from '../../shared/protocol/accounts.ts';
import type { Account, AccountStore } from '../store/accountStore.ts';
import { hashToken, newId, newToken } from './token.ts';

/** A one-time link to make. */
export interface NewInvite {
  readonly name: string;
  readonly role: AccountRole;
  /** An account that lost its passkey, to be opened again; null makes a new one at first use. */
  readonly account: AccountId | null;
  readonly expiresAt: number;
}

/** Makes a one-time link and returns the path to put behind the site's address. The token itself is kept nowhere. */
export async function createInvite(store: AccountStore, invite: NewInvite): Promise<string> {
  const token = newToken();
  await store.addInvite({ ...invite, token: hashToken(token) });
  return `/invited#${token}`;
}

/** Redeems a one-time link; null where it was used, is too old, or never was. */
export async function redeemInvite(store: AccountStore, token: string, now: number): Promise<Account | null> {
  const invite = await store.takeInvite(hashToken(token), now);
  if (!invite) return null;
  if (invite.account !== null) return store.account(invite.account);
  const account: Account = {
    id: accountId.parse(newId()),
    subject: null,
    name: invite.name,
    role: invite.role,
    createdAt: now,
  };
  await store.addAccount(account);
  return account;
}
