import { type AccountId, type SessionId, sessionId } from '../../shared/protocol/accounts.ts';
import type { Account, AccountStore, Session } from '../store/accountStore.ts';
import { judgeSession, LOCAL_SESSION_MS, PROVIDER_SESSION_MS, type SessionRules } from './session.ts';
import { hashToken, newId, newToken } from './token.ts';

/** Who is behind a request, and the token to give the browser from now on where it changed. */
export interface SignedIn {
  readonly account: Account;
  readonly session: Session;
  readonly freshToken: string | null;
}

export type Presented =
  | { readonly kind: 'signed-in'; readonly who: SignedIn }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'stolen'; readonly account: AccountId };

/** `seen` is kept to the minute, so that not every request writes. */
const SEEN_MS = 60_000;

/** The sessions of all accounts. */
export class Sessions {
  readonly #store: AccountStore;
  readonly #now: () => number;
  readonly #rules: SessionRules;

  constructor(store: AccountStore, now: () => number, rules: SessionRules) {
    this.#store = store;
    this.#now = now;
    this.#rules = rules;
  }

  /**
   * Opens a session and ends the one the browser had: a token known before a sign-in is worth nothing after it.
   * `proven`: by a passkey or the provider, not by a link alone.
   */
  async open(
    account: Account,
    device: string,
    { replaced, proven }: { readonly replaced: string | null; readonly proven: boolean },
  ): Promise<string> {
    const now = this.#now();
    if (replaced !== null) await this.close(replaced);
    await this.#store.sweep(now);
    const token = newToken();
    const lifetime = account.subject ? PROVIDER_SESSION_MS : LOCAL_SESSION_MS;
    await this.#store.addSession({
      id: sessionId.parse(newId()),
      account: account.id,
      token: hashToken(token),
      previous: null,
      rotatedAt: now,
      confirmedAt: null,
      device,
      createdAt: now,
      seenAt: now,
      provenAt: proven ? now : null,
      expiresAt: now + lifetime,
    });
    return token;
  }

  /** Who holds this token. Rotates it when it is due; ends the session when it was copied. */
  async present(token: string): Promise<Presented> {
    const hash = hashToken(token);
    const session = await this.#store.sessionByToken(hash);
    if (!session) return { kind: 'nobody' };
    const now = this.#now();
    const verdict = judgeSession(session, hash, now, this.#rules);
    if (verdict.kind === 'stolen') {
      await this.#store.deleteSession(session.id);
      return { kind: 'stolen', account: session.account };
    }
    const account = verdict.kind === 'good' ? await this.#store.account(session.account) : null;
    if (verdict.kind === 'over' || !account) {
      await this.#store.deleteSession(session.id);
      return { kind: 'nobody' };
    }
    if (verdict.rotate) {
      const { session: rotated, token: freshToken } = await this.#rotate(session, hash);
      return { kind: 'signed-in', who: { account, session: rotated, freshToken } };
    }
    if (verdict.confirm || now >= session.seenAt + SEEN_MS) {
      const confirmedAt = verdict.confirm ? now : session.confirmedAt;
      await this.#store.updateSession(session, { ...session, confirmedAt, seenAt: now });
    }
    return { kind: 'signed-in', who: { account, session, freshToken: null } };
  }

  /** Whether a token is good, and nothing more: nothing is rotated or ended by it. */
  async isGood(token: string): Promise<boolean> {
    const hash = hashToken(token);
    const session = await this.#store.sessionByToken(hash);
    return session !== null && judgeSession(session, hash, this.#now(), this.#rules).kind === 'good';
  }

  /** A new token at once, after what the session may do has changed. `proven`: by a passkey just now. */
  async renew(session: Session, proven: boolean): Promise<string | null> {
    const kept = proven ? { ...session, provenAt: this.#now() } : session;
    return (await this.#rotate(kept, session.token)).token;
  }

  async close(token: string): Promise<void> {
    const session = await this.#store.sessionByToken(hashToken(token));
    if (session) await this.#store.deleteSession(session.id);
  }

  /** Ends one session of an account, named from another of its devices. */
  async closeOf(account: AccountId, id: SessionId): Promise<void> {
    const own = await this.#store.sessions(account);
    if (own.some((session) => session.id === id)) await this.#store.deleteSession(id);
  }

  /** Where another request rotated first, its token counts and this one brings none. */
  async #rotate(session: Session, presented: string): Promise<{ session: Session; token: string | null }> {
    const now = this.#now();
    const token = newToken();
    const rotated: Session = {
      ...session,
      token: hashToken(token),
      previous: presented,
      rotatedAt: now,
      confirmedAt: null,
      seenAt: now,
    };
    const first = await this.#store.updateSession(session, rotated);
    return first ? { session: rotated, token } : { session, token: null };
  }
}
