import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import { z } from 'zod';
import { publicJwk, type StaffIssuer } from '../../shared/protocol/accounts.ts';
import type { Entitlement } from './account.ts';

/** The operator's settings of the provider. */
export interface ProviderConfig extends Entitlement {
  /** `iss`, exactly as the provider writes it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  /** What people call it: "Ministry account". */
  readonly name: string;
}

/** What the provider says of a person, verified, and its own statement to pass on. */
export interface ProviderStatement {
  readonly claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };
  readonly idToken: string;
}

/** The provider could not be asked, or what it answered does not hold. */
export class ProviderError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProviderError';
  }
}

const KEYS_MS = 10 * 60_000;
const RETRY_MS = 10_000;
const TIMEOUT_S = 5;
/** Beyond any key set of a provider; more is not read. */
const KEYS_BYTES = 256 * 1024;

/** Whether an issuer is on this machine, where TLS adds nothing; for trying out and tests. */
function isLoopback(issuer: URL): boolean {
  return issuer.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(issuer.hostname);
}

/** How this site proves itself to the provider: by HTTP Basic, the standard's default, where that is spoken. */
function authentication(secret: string | null): ClientAuth {
  if (secret === null) return None();
  const basic = ClientSecretBasic(secret);
  const post = ClientSecretPost(secret);
  return (server, ...rest) => {
    const spoken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (spoken.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

/**
 * The identity provider of the site (OpenID Connect Core, code flow with PKCE). Looked up when first needed and
 * again after a failure, so that a provider that is down keeps nothing else from starting.
 */
export class Provider {
  readonly config: ProviderConfig;
  readonly #now: () => number;
  #found: Promise<Configuration> | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  #keys: { readonly at: number; readonly staff: Promise<StaffIssuer> } | null = null;

  constructor(config: ProviderConfig, now: () => number) {
    this.config = config;
    this.#now = now;
  }

  /**
   * Where to send the browser. `nonce` is the device's own and passed on as it is, which binds the id_token to the
   * device; against replay and mix-up stand state, PKCE and `iss`. Throws ProviderError.
   */
  async begin(request: {
    readonly nonce: string;
    readonly state: string;
    readonly verifier: string;
    readonly redirectUri: string;
  }): Promise<string> {
    const configuration = await this.#configuration();
    return buildAuthorizationUrl(configuration, {
      scope: 'openid profile email',
      redirect_uri: request.redirectUri,
      nonce: request.nonce,
      state: request.state,
      code_challenge: await calculatePKCECodeChallenge(request.verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /** Exchanges the code of a callback and verifies the id_token, signature included. Throws ProviderError. */
  async finish(
    callback: URL,
    expected: { readonly nonce: string; readonly state: string; readonly verifier: string },
  ): Promise<ProviderStatement> {
    const configuration = await this.#configuration();
    try {
      const answer = await authorizationCodeGrant(configuration, callback, {
        expectedNonce: expected.nonce,
        expectedState: expected.state,
        pkceCodeVerifier: expected.verifier,
        idTokenExpected: true,
      });
      const claims = answer.claims();
      if (!claims || answer.id_token === undefined) throw new Error('no id_token');
      return { claims, idToken: answer.id_token };
    } catch (cause) {
      throw new ProviderError('The identity provider refused, or its answer does not hold', { cause });
    }
  }

  /** The provider as meetings pin it, with its keys of today. Null while it does not answer. */
  async staff(): Promise<StaffIssuer | null> {
    const now = this.#now();
    if (this.#keys === null || now >= this.#keys.at + KEYS_MS) {
      const before = this.#keys?.staff;
      // Keys that were good a moment ago serve on while the provider does not answer.
      const staff = this.#fetchKeys().catch((error) => before ?? Promise.reject(error));
      this.#keys = { at: now, staff };
      staff.catch(() => {
        if (this.#keys?.staff === staff) this.#keys = null;
      });
    }
    return this.#keys.staff.catch(() => null);
  }

  async #fetchKeys(): Promise<StaffIssuer> {
    const { jwks_uri: address } = (await this.#configuration()).serverMetadata();
    if (address === undefined || new URL(address).protocol !== new URL(this.config.issuer).protocol) {
      throw new ProviderError('The identity provider names no place for its keys');
    }
    const response = await fetch(address, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_S * 1000),
      headers: { accept: 'application/json' },
    });
    const text = await response.text();
    if (!response.ok || text.length > KEYS_BYTES) throw new ProviderError('The keys cannot be read');
    const { keys } = z.object({ keys: z.array(z.unknown()) }).parse(JSON.parse(text));
    const signing = keys.flatMap((key) => publicJwk.safeParse(key).data ?? []).slice(0, 8);
    if (signing.length === 0) throw new ProviderError('The identity provider has no key for signatures');
    return { issuer: this.config.issuer, audience: this.config.clientId, keys: signing };
  }

  #configuration(): Promise<Configuration> {
    if (this.#found) return this.#found;
    if (this.#now() < this.#failedAt + RETRY_MS) {
      return Promise.reject(new ProviderError('The identity provider did not answer a moment ago'));
    }
    const { issuer, clientId, clientSecret } = this.config;
    const server = new URL(issuer);
    const found = discovery(server, clientId, undefined, authentication(clientSecret), {
      timeout: TIMEOUT_S,
      execute: [enableNonRepudiationChecks, ...(isLoopback(server) ? [allowInsecureRequests] : [])],
    }).then(
      (configuration) => configuration,
      (cause: unknown) => {
        this.#found = null;
        this.#failedAt = this.#now();
        throw new ProviderError('The identity provider does not answer', { cause });
      },
    );
    this.#found = found;
    return found;
  }
}
