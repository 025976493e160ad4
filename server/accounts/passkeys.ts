import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { utf8 } from '../../shared/bytes.ts';
import type { Account, AccountStore, CeremonyKind } from '../store/accountStore.ts';
import { hashToken } from './token.ts';

const CEREMONY_MS = 5 * 60_000;
const PASSKEYS_PER_ACCOUNT = 20;

/** Which page asks: passkeys belong to its host name. */
export interface PasskeySite {
  readonly origin: string;
}

const hostOf = ({ origin }: PasskeySite) => new URL(origin).hostname;

/** Passkeys (Web Authentication) of local accounts: resident keys that verify their user. */
export class Passkeys {
  readonly #store: AccountStore;
  readonly #now: () => number;

  constructor(store: AccountStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** What to give the browser for a new passkey of this account. */
  async beginAdding(account: Account, site: PasskeySite) {
    const existing = await this.#store.passkeys(account.id);
    const options = await generateRegistrationOptions({
      rpName: 'Sealroom',
      rpID: hostOf(site),
      userName: account.name,
      userDisplayName: account.name,
      userID: Uint8Array.from(utf8(account.id)),
      attestationType: 'none',
      excludeCredentials: existing.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await this.#remember(options.challenge, 'passkey-add', account.id);
    return options;
  }

  /** Whether the browser's answer holds and the passkey is kept now. Never throws on what a browser sent. */
  async add(
    account: Account,
    site: PasskeySite,
    response: RegistrationResponseJSON,
    name: string,
  ): Promise<boolean> {
    const existing = await this.#store.passkeys(account.id);
    if (existing.length >= PASSKEYS_PER_ACCOUNT) return false;
    const verified = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => this.#recall(challenge, 'passkey-add', account.id),
      expectedOrigin: site.origin,
      expectedRPID: hostOf(site),
      requireUserVerification: true,
    }).catch(() => null);
    if (!verified?.verified) return false;
    const { id, publicKey, counter } = verified.registrationInfo.credential;
    const createdAt = this.#now();
    const kept = await this.#store.addPasskey({
      id,
      account: account.id,
      publicKey,
      counter,
      name,
      createdAt,
      usedAt: null,
    });
    return kept === 'added';
  }

  /** What to give the browser for signing in, without knowing who will. */
  async beginSignIn(site: PasskeySite) {
    const options = await generateAuthenticationOptions({ rpID: hostOf(site), userVerification: 'required' });
    await this.#store.sweep(this.#now());
    await this.#remember(options.challenge, 'passkey-sign-in', '');
    return options;
  }

  /** The account whose passkey answered; null where the answer does not hold. */
  async signIn(site: PasskeySite, response: AuthenticationResponseJSON): Promise<Account | null> {
    const passkey = await this.#store.passkey(response.id);
    if (!passkey) return null;
    const verified = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => this.#recall(challenge, 'passkey-sign-in', ''),
      expectedOrigin: site.origin,
      expectedRPID: hostOf(site),
      credential: {
        id: passkey.id,
        publicKey: Uint8Array.from(passkey.publicKey),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    }).catch(() => null);
    if (!verified?.verified) return null;
    const { newCounter } = verified.authenticationInfo;
    if (!(await this.#store.usePasskey(passkey.id, newCounter, this.#now()))) return null;
    return this.#store.account(passkey.account);
  }

  #remember(challenge: string, kind: CeremonyKind, data: string): Promise<void> {
    const expiresAt = this.#now() + CEREMONY_MS;
    return this.#store.addCeremony({ id: hashToken(challenge), kind, data, expiresAt });
  }

  async #recall(challenge: string, kind: CeremonyKind, data: string): Promise<boolean> {
    return (await this.#store.takeCeremony(hashToken(challenge), kind, this.#now())) === data;
  }
}
