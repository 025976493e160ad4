import type { Request, Response } from 'express';
import { ProtocolError } from '../../shared/errors.ts';
import { mayCreate } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { LOCAL_SESSION_MS } from '../accounts/session.ts';
import type { SignedIn } from '../accounts/sessions.ts';
import type { AuditLog } from '../audit/auditLog.ts';
import type { Account } from '../store/accountStore.ts';
import type { Cookie, Cookies } from './cookies.ts';

export const sessionCookie: Cookie = {
  name: 'sealroom-session',
  sameSite: 'Strict',
  // The session's own end is the server's; the cookie only must not end before it.
  maxAgeSeconds: LOCAL_SESSION_MS / 1000,
};

/** Who is signed in at a request, by the session cookie. */
export class SignedInAt {
  readonly #accounts: Accounts;
  readonly #cookies: Cookies;
  readonly #audit: AuditLog;

  constructor(accounts: Accounts, cookies: Cookies, audit: AuditLog) {
    this.#accounts = accounts;
    this.#cookies = cookies;
    this.#audit = audit;
  }

  /** Who it is, or null. Gives the browser its new token where one is due. */
  async who(request: Request, response: Response): Promise<SignedIn | null> {
    const token = this.token(request);
    if (token === null) return null;
    const presented = await this.#accounts.sessions.present(token);
    if (presented.kind === 'stolen') {
      const from = this.#audit.from(request.ip);
      void this.#audit.note({ kind: 'session-stolen', account: presented.account, from });
    }
    if (presented.kind !== 'signed-in') {
      this.#cookies.clear(response, sessionCookie);
      return null;
    }
    const { who } = presented;
    if (who.freshToken !== null) this.#cookies.set(response, sessionCookie, who.freshToken);
    return who;
  }

  /** Throws ProtocolError where nobody is signed in. */
  async need(request: Request, response: Response): Promise<SignedIn> {
    const who = await this.who(request, response);
    if (!who) throw new ProtocolError('sign-in-required');
    return who;
  }

  /** Throws ProtocolError unless whoever asks may create a meeting here. */
  async needCreator(request: Request, response: Response): Promise<Account> {
    const { account } = await this.need(request, response);
    if (!mayCreate(account.role)) throw new ProtocolError('not-entitled');
    return account;
  }

  token(request: Request): string | null {
    return this.#cookies.read(request, sessionCookie);
  }

  /** Signs an account in; the session the browser had before is over. `proven` as in `Sessions.open`. Returns the new token. */
  async enter(
    request: Request,
    response: Response,
    account: Account,
    { device, proven }: { readonly device: string; readonly proven: boolean },
  ): Promise<string> {
    const replaced = this.token(request);
    const token = await this.#accounts.sessions.open(account, device, { replaced, proven });
    this.#cookies.set(response, sessionCookie, token);
    return token;
  }

  /** A new token, after what the session may do has changed. */
  async renew(response: Response, { session }: SignedIn, proven: boolean): Promise<void> {
    const token = await this.#accounts.sessions.renew(session, proven);
    if (token !== null) this.#cookies.set(response, sessionCookie, token);
  }

  leave(response: Response): void {
    this.#cookies.clear(response, sessionCookie);
  }
}
