import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export const CLIENT_ID = 'sealroom';
export const CLIENT_SECRET = 'the client secret of a test, long enough';

/** Who may sign in at the test's provider, by what they type. */
export const people: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  lin: {
    name: 'Lin Mei-hua',
    organization: 'Ministry of Tests',
    groups: ['staff', 'hosts'],
    email: 'lin@example.org',
    email_verified: true,
  },
  ada: { name: 'Ada', groups: ['staff', 'admins'] },
  bo: { name: 'Bo', groups: ['staff'] },
  eve: { name: 'Eve', groups: ['visitors'] },
};

/** A real OpenID provider on a loopback port, with a form that asks who one is and believes it. */
export class TestProvider {
  readonly issuer: string;
  readonly #close: () => Promise<void>;

  private constructor(issuer: string, close: () => Promise<void>) {
    this.issuer = issuer;
    this.#close = close;
  }

  /** `redirects`: the callback addresses it knows. */
  static async start(redirects: readonly string[]): Promise<TestProvider> {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: 'test', alg: 'ES256', use: 'sig' };
    const server = createServer((request, response) => void answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Listening on TCP, so the address is an AddressInfo.
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: [...redirects],
          grant_types: ['authorization_code'],
          response_types: ['code'],
          id_token_signed_response_alg: 'ES256',
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: [randomBytes(16).toString('hex')] },
      claims: {
        openid: ['sub'],
        profile: ['name', 'organization', 'groups'],
        email: ['email', 'email_verified'],
      },
      // As Keycloak and Entra do it: members verify the id_token, not what a server read elsewhere.
      conformIdTokenClaims: false,
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context, interaction) => `/who/${interaction.uid}` },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
      loadExistingGrant: async (context) => {
        const { client, session } = context.oidc;
        const grant = new context.oidc.provider.Grant({
          ...(client ? { clientId: client.clientId } : {}),
          ...(session?.accountId ? { accountId: session.accountId } : {}),
        });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
      ttl: { Session: 3600, Grant: 3600, Interaction: 3600, AccessToken: 3600, IdToken: 3600 },
    });
    const handle = provider.callback();

    async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      if (!request.url?.startsWith('/who/')) return handle(request, response);
      if (request.method !== 'POST') {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end(
          '<!doctype html><title>Who are you?</title><form method="post"><label>Login <input name="login"></label><button>Sign in</button></form>',
        );
        return;
      }
      const login = new URLSearchParams(await text(request)).get('login') ?? '';
      await provider.interactionFinished(request, response, { login: { accountId: login } });
    }

    return new TestProvider(issuer, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
  }

  close(): Promise<void> {
    return this.#close();
  }
}
