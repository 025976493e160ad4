import type { Kysely } from 'kysely';
import type { AccountId, AccountRole } from '../../shared/protocol/accounts.ts';
import { accountOf, accountRow, inviteOf, passkeyOf, sessionOf, sessionRow } from './accountRows.ts';
import type {
  Account,
  AccountStore,
  Ceremony,
  CeremonyKind,
  Invite,
  Passkey,
  SealedLibrary,
  Session,
} from './accountStore.ts';
import { atomically } from './atomic.ts';
import type { Tables } from './tables.ts';

/** Accounts on any database that Kysely speaks to. */
export class KyselyAccounts implements AccountStore {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  async keepProviderAccount(account: Account & { readonly subject: object }): Promise<Account> {
    const { name, role } = account;
    const kept = await this.#database
      .insertInto('accounts')
      .values(accountRow(account))
      .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doUpdateSet({ name, role }))
      .returningAll()
      .executeTakeFirstOrThrow();
    return accountOf(kept);
  }

  async addAccount(account: Account): Promise<void> {
    await this.#database.insertInto('accounts').values(accountRow(account)).execute();
  }

  async account(id: AccountId): Promise<Account | null> {
    const found = await this.#database
      .selectFrom('accounts')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return found ? accountOf(found) : null;
  }

  async accounts(): Promise<readonly Account[]> {
    const found = await this.#database.selectFrom('accounts').selectAll().orderBy('created_at').execute();
    return found.map(accountOf);
  }

  async setRole(id: AccountId, role: AccountRole): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('accounts')
      .set({ role })
      .where('id', '=', id)
      .where('issuer', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  removeAccount(id: AccountId): Promise<boolean> {
    return atomically(this.#database, {}, async (transaction) => {
      for (const table of ['sessions', 'passkeys', 'invites', 'libraries'] as const) {
        await transaction.deleteFrom(table).where('account', '=', id).execute();
      }
      const { numDeletedRows } = await transaction
        .deleteFrom('accounts')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    });
  }

  async addSession(session: Session): Promise<void> {
    await this.#database.insertInto('sessions').values(sessionRow(session)).execute();
  }

  async sessionByToken(hash: string): Promise<Session | null> {
    const found = await this.#database
      .selectFrom('sessions')
      .selectAll()
      .where((where) => where.or([where('token', '=', hash), where('previous', '=', hash)]))
      .executeTakeFirst();
    return found ? sessionOf(found) : null;
  }

  async updateSession(before: Session, after: Session): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('sessions')
      .set(sessionRow(after))
      .where('id', '=', before.id)
      .where('token', '=', before.token)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  async sessions(account: AccountId): Promise<readonly Session[]> {
    const found = await this.#database
      .selectFrom('sessions')
      .selectAll()
      .where('account', '=', account)
      .orderBy('seen_at', 'desc')
      .execute();
    return found.map(sessionOf);
  }

  async deleteSession(id: string): Promise<void> {
    await this.#database.deleteFrom('sessions').where('id', '=', id).execute();
  }

  async deleteSessions(account: AccountId): Promise<void> {
    await this.#database.deleteFrom('sessions').where('account', '=', account).execute();
  }

  async addPasskey(passkey: Passkey): Promise<'added' | 'exists'> {
    const { id, account, publicKey, counter, name, createdAt, usedAt } = passkey;
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('passkeys')
      .values({ id, account, public_key: publicKey, counter, name, created_at: createdAt, used_at: usedAt })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows ? 'added' : 'exists';
  }

  async passkey(id: string): Promise<Passkey | null> {
    const found = await this.#database
      .selectFrom('passkeys')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return found ? passkeyOf(found) : null;
  }

  async passkeys(account: AccountId): Promise<readonly Passkey[]> {
    const found = await this.#database
      .selectFrom('passkeys')
      .selectAll()
      .where('account', '=', account)
      .orderBy('created_at')
      .execute();
    return found.map(passkeyOf);
  }

  async hasPasskeys(): Promise<boolean> {
    return (
      (await this.#database.selectFrom('passkeys').select('id').limit(1).executeTakeFirst()) !== undefined
    );
  }

  async usePasskey(id: string, counter: number, at: number): Promise<boolean> {
    const noting = this.#database
      .updateTable('passkeys')
      .set({ counter, used_at: at })
      .where('id', '=', id)
      // Authenticators without a counter report 0 for ever.
      .where('counter', counter === 0 ? '=' : '<', counter);
    return (await noting.executeTakeFirstOrThrow()).numUpdatedRows === 1n;
  }

  async deletePasskey(account: AccountId, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('passkeys')
      .where('id', '=', id)
      .where('account', '=', account)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  async library(account: AccountId): Promise<SealedLibrary | null> {
    const found = await this.#database
      .selectFrom('libraries')
      .select(['version', 'sealed'])
      .where('account', '=', account)
      .executeTakeFirst();
    return found ?? null;
  }

  async putLibrary(account: AccountId, replaces: number, sealed: Uint8Array): Promise<'put' | 'conflict'> {
    const version = replaces + 1;
    if (replaces === 0) {
      const { numInsertedOrUpdatedRows } = await this.#database
        .insertInto('libraries')
        .values({ account, version, sealed })
        .onConflict((conflict) => conflict.column('account').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows ? 'put' : 'conflict';
    }
    const { numUpdatedRows } = await this.#database
      .updateTable('libraries')
      .set({ version, sealed })
      .where('account', '=', account)
      .where('version', '=', replaces)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n ? 'put' : 'conflict';
  }

  async addInvite({ token, account, name, role, expiresAt }: Invite): Promise<void> {
    await this.#database
      .insertInto('invites')
      .values({ token, account, name, role, expires_at: expiresAt })
      .execute();
  }

  async takeInvite(token: string, now: number): Promise<Invite | null> {
    const found = await this.#database
      .deleteFrom('invites')
      .where('token', '=', token)
      .returningAll()
      .executeTakeFirst();
    return found && found.expires_at > now ? inviteOf(found) : null;
  }

  async invites(now: number): Promise<readonly Invite[]> {
    const found = await this.#database
      .selectFrom('invites')
      .selectAll()
      .where('expires_at', '>', now)
      .orderBy('expires_at')
      .execute();
    return found.map(inviteOf);
  }

  async deleteInvite(token: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('invites')
      .where('token', '=', token)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  async addCeremony({ id, kind, data, expiresAt }: Ceremony): Promise<void> {
    await this.#database.insertInto('ceremonies').values({ id, kind, data, expires_at: expiresAt }).execute();
  }

  async takeCeremony(id: string, kind: CeremonyKind, now: number): Promise<string | null> {
    const found = await this.#database
      .deleteFrom('ceremonies')
      .where('id', '=', id)
      .where('kind', '=', kind)
      .returning(['data', 'expires_at'])
      .executeTakeFirst();
    return found && found.expires_at > now ? found.data : null;
  }

  async sweep(now: number): Promise<void> {
    for (const table of ['sessions', 'invites', 'ceremonies'] as const) {
      await this.#database.deleteFrom(table).where('expires_at', '<=', now).execute();
    }
  }
}
