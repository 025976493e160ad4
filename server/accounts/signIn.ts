import { randomPKCECodeVerifier } from 'openid-client';
import { z } from 'zod';
import { accountId } from '../../shared/protocol/accounts.ts';
import type { Account, AccountStore } from '../store/accountStore.ts';
import { nameFromClaims, roleFromClaims } from './account.ts';
import type { Provider } from './provider.ts';
import { hashToken, newId, newToken } from './token.ts';

const SIGN_IN_MS = 10 * 60_000;
const HAND_OVER_MS = 5 * 60_000;

const pending = z.strictObject({
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  /** Hash of the cookie that ties the sign-in to the browser that began it. */
  browser: z.string(),
});

export type SignInOutcome =
  | { readonly ok: true; readonly account: Account; readonly idToken: string }
  | { readonly ok: false; readonly refusal: 'sign-in-failed' | 'not-entitled' };

/** Signing in by the provider, from the first press to the account. */
export class ProviderSignIn {
  readonly #provider: Provider;
  readonly #store: AccountStore;
  readonly #now: () => number;

  constructor(provider: Provider, store: AccountStore, now: () => number) {
    this.#provider = provider;
    this.#store = store;
    this.#now = now;
  }

  /** Where the browser goes, and the cookie it has to bring back. Throws ProviderError. */
  async begin(nonce: string, redirectUri: string): Promise<{ location: string; cookie: string }> {
    const state = newToken();
    const cookie = newToken();
    const verifier = randomPKCECodeVerifier();
    const location = await this.#provider.begin({ nonce, state, verifier, redirectUri });
    await this.#store.sweep(this.#now());
    await this.#store.addCeremony({
      id: hashToken(state),
      kind: 'provider',
      data: JSON.stringify({ nonce, verifier, redirectUri, browser: hashToken(cookie) }),
      expiresAt: this.#now() + SIGN_IN_MS,
    });
    return { location, cookie };
  }

  /** The provider's callback, by its query. A state serves once, whatever comes of it. */
  async finish(query: URLSearchParams, cookie: string | null): Promise<SignInOutcome> {
    const failed = { ok: false, refusal: 'sign-in-failed' } as const;
    const state = query.get('state') ?? '';
    const data = await this.#store.takeCeremony(hashToken(state), 'provider', this.#now());
    if (data === null || cookie === null) return failed;
    const { nonce, verifier, redirectUri, browser } = pending.parse(JSON.parse(data));
    if (hashToken(cookie) !== browser) return failed;
    const callback = new URL(redirectUri);
    callback.search = query.toString();
    const { claims, idToken } = await this.#provider.finish(callback, { nonce, state, verifier });
    const role = roleFromClaims(claims, this.#provider.config);
    if (role === null) return { ok: false, refusal: 'not-entitled' };
    const account = await this.#store.keepProviderAccount({
      id: accountId.parse(newId()),
      subject: { issuer: claims.iss, subject: claims.sub },
      name: nameFromClaims(claims),
      role,
      createdAt: this.#now(),
    });
    return { ok: true, account, idToken };
  }

  /** Keeps the id_token for the page that comes back, under the session it just got. */
  async leaveToken(sessionToken: string, idToken: string): Promise<void> {
    await this.#store.addCeremony({
      id: hashToken(sessionToken),
      kind: 'id-token',
      data: idToken,
      expiresAt: this.#now() + HAND_OVER_MS,
    });
  }

  /** Hands the id_token over, once. */
  takeToken(sessionToken: string): Promise<string | null> {
    return this.#store.takeCeremony(hashToken(sessionToken), 'id-token', this.#now());
  }
}
