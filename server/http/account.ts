import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { ProtocolError } from '../../shared/errors.ts';
import {
  type AccountAnswer,
  addPasskey,
  beginSignIn,
  endSession,
  type OwnAccount,
  passkeySignIn,
  removePasskey,
  signOut,
  useInvite,
} from '../../shared/protocol/accounts.ts';
import { deviceLabel, mayCreate } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { redeemInvite } from '../accounts/invites.ts';
import { mayAddPasskey } from '../accounts/proof.ts';
import { ProviderError } from '../accounts/provider.ts';
import type { SignedIn } from '../accounts/sessions.ts';
import type { AuditLog } from '../audit/auditLog.ts';
import type { Log } from '../log.ts';
import { Buckets } from '../signaling/bucket.ts';
import type { Account } from '../store/accountStore.ts';
import type { Cookie, Cookies } from './cookies.ts';
import { bodyOf } from './jsonBody.ts';
import { limitKey } from './limitKey.ts';
import { originOf, ownPageOnly } from './ownPage.ts';
import type { SignedInAt } from './signedIn.ts';

export interface AccountParts {
  readonly accounts: Accounts;
  readonly signedIn: SignedInAt;
  readonly cookies: Cookies;
  readonly audit: AuditLog;
  /** Origins the page is served from, asked at each request. */
  readonly origins: () => readonly string[];
  readonly log: Log;
}

/** Sign-ins begun or tried from one address: an office shares one. */
const ATTEMPTS = { burst: 60, perSecond: 60 / 60 };

/** The browser that begins a sign-in is the one that ends it. Lax, because the provider's page sends it back here. */
const signInCookie: Cookie = { name: 'sealroom-sign-in', sameSite: 'Lax', maxAgeSeconds: 600 };

type Way = 'provider' | 'invite' | 'passkey';

const CALLBACK = '/provider/callback';

/** A person's own browser comes here: whatever it is answered is for their eyes. */
const shown: RequestHandler = (_request, response, next) => {
  response.removeHeader('Content-Disposition');
  next();
};

async function ownAccount(accounts: Accounts, { account, session }: SignedIn): Promise<OwnAccount> {
  const [sessions, passkeys] = await Promise.all([
    accounts.store.sessions(account.id),
    accounts.store.passkeys(account.id),
  ]);
  return {
    id: account.id,
    name: account.name,
    role: account.role,
    kind: account.subject ? 'provider' : 'local',
    mayCreate: mayCreate(account.role),
    sessions: sessions.map(({ id, device, createdAt, seenAt }) => ({
      id,
      current: id === session.id,
      device,
      since: createdAt,
      seen: seenAt,
    })),
    passkeys: passkeys.map(({ id, name, createdAt, usedAt }) => ({
      id,
      name,
      since: createdAt,
      used: usedAt,
    })),
  };
}

/** Signing in and out, one's own sessions and passkeys. */
export function account(parts: AccountParts): Router {
  const { accounts, signedIn, cookies, audit, origins, log } = parts;
  const router = Router();
  const attempts = new Buckets(ATTEMPTS);

  const limited: RequestHandler = (request, _response, next) => {
    const waitMs = attempts.take(limitKey(request.ip ?? ''), accounts.now());
    if (waitMs > 0) {
      audit.limited('sign-in', request.ip);
      throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
    }
    next();
  };
  const enter = async (request: Request, response: Response, way: Way, who: Account) => {
    const from = audit.from(request.ip);
    await audit.write({ kind: 'sign-in', way, account: who.id, role: who.role, from });
    const device = deviceLabel(request.headers['user-agent']);
    return signedIn.enter(request, response, who, { device, proven: way !== 'invite' });
  };
  const refuse = (request: Request, way: Way, why: string) =>
    void audit.note({ kind: 'sign-in-refused', way, why, from: audit.from(request.ip) });

  router.get('/', async (request, response) => {
    const who = await signedIn.who(request, response);
    const answer: AccountAnswer = { account: who && (await ownAccount(accounts, who)) };
    response.json(answer);
  });

  // The one request that comes from elsewhere: the provider sends the browser here.
  router.get(CALLBACK, shown, limited, async (request, response) => {
    if (!accounts.signIn) throw new ProtocolError('not-found');
    const query = new URL(request.originalUrl, 'http://ours').searchParams;
    const cookie = cookies.read(request, signInCookie);
    cookies.clear(response, signInCookie);
    const back = (refusal: string | null) =>
      response.redirect(303, refusal === null ? '/signed-in' : `/signed-in#${refusal}`);
    try {
      const outcome = await accounts.signIn.finish(query, cookie);
      if (!outcome.ok) {
        refuse(request, 'provider', outcome.refusal);
        return back(outcome.refusal);
      }
      const token = await enter(request, response, 'provider', outcome.account);
      await accounts.signIn.leaveToken(token, outcome.idToken);
      return back(null);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      // Its cause quotes what the provider sent; the kind of failure is enough.
      log.warn({ reason: error.message, request: response.getHeader('X-Request-Id') }, 'sign-in failed');
      refuse(request, 'provider', 'sign-in-failed');
      return back('sign-in-failed');
    }
  });

  router.use(ownPageOnly(origins), express.json({ limit: '32kb', type: 'application/json' }));

  router.post('/provider', limited, async (request, response) => {
    if (!accounts.signIn) throw new ProtocolError('not-found');
    const { nonce } = bodyOf(request, beginSignIn);
    const redirectUri = `${originOf(request, origins())}/api/account${CALLBACK}`;
    try {
      const { location, cookie } = await accounts.signIn.begin(nonce, redirectUri);
      cookies.set(response, signInCookie, cookie);
      response.json({ location });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      log.warn({ reason: error.message, request: response.getHeader('X-Request-Id') }, 'sign-in not begun');
      throw new ProtocolError('unavailable');
    }
  });

  router.post('/id-token', async (request, response) => {
    await signedIn.need(request, response);
    const token = signedIn.token(request);
    const idToken = token === null ? null : await accounts.signIn?.takeToken(token);
    response.json({ idToken: idToken ?? null });
  });

  router.post('/invite', limited, async (request, response) => {
    const { token } = bodyOf(request, useInvite);
    const who = await redeemInvite(accounts.store, token, accounts.now());
    if (!who) {
      refuse(request, 'invite', 'sign-in-failed');
      throw new ProtocolError('sign-in-failed');
    }
    await enter(request, response, 'invite', who);
    response.json({});
  });

  router.post('/passkey/options', limited, async (request, response) => {
    const options = await accounts.passkeys.beginSignIn({ origin: originOf(request, origins()) });
    response.json({ options });
  });

  router.post('/passkey', limited, async (request, response) => {
    const { credential } = bodyOf(request, passkeySignIn);
    const site = { origin: originOf(request, origins()) };
    // The library reads and checks the inside itself; the schema holds its size and frame.
    const who = await accounts.passkeys.signIn(site, credential as unknown as AuthenticationResponseJSON);
    if (!who) {
      refuse(request, 'passkey', 'sign-in-failed');
      throw new ProtocolError('sign-in-failed');
    }
    await enter(request, response, 'passkey', who);
    response.json({});
  });

  router.post('/passkeys/options', async (request, response) => {
    const who = await localAccount(request, response);
    const site = { origin: originOf(request, origins()) };
    response.json({ options: await accounts.passkeys.beginAdding(who.account, site) });
  });

  router.post('/passkeys', async (request, response) => {
    const who = await localAccount(request, response);
    const { credential, name } = bodyOf(request, addPasskey);
    const site = { origin: originOf(request, origins()) };
    const answer = credential as unknown as RegistrationResponseJSON;
    if (!(await accounts.passkeys.add(who.account, site, answer, name)))
      throw new ProtocolError('bad-request');
    await audit.write({ kind: 'passkey-added', account: who.account.id });
    // From now on this account can be entered for good.
    await signedIn.renew(response, who, true);
    response.json({});
  });

  router.post('/passkeys/remove', async (request, response) => {
    const who = await signedIn.need(request, response);
    const { id } = bodyOf(request, removePasskey);
    if (!(await accounts.store.deletePasskey(who.account.id, id))) throw new ProtocolError('not-found');
    await audit.write({ kind: 'passkey-removed', account: who.account.id });
    await signedIn.renew(response, who, false);
    response.json({});
  });

  router.post('/sessions/end', async (request, response) => {
    const who = await signedIn.need(request, response);
    const { id } = bodyOf(request, endSession);
    await accounts.sessions.closeOf(who.account.id, id);
    await audit.write({ kind: 'session-ended', account: who.account.id });
    if (id === who.session.id) signedIn.leave(response);
    response.json({});
  });

  router.post('/sign-out', async (request, response) => {
    const { everywhere } = bodyOf(request, signOut);
    const who = await signedIn.who(request, response);
    if (who && everywhere) await accounts.store.deleteSessions(who.account.id);
    else if (who) await accounts.store.deleteSession(who.session.id);
    if (who) await audit.write({ kind: 'sign-out', account: who.account.id, everywhere });
    signedIn.leave(response);
    response.json({});
  });

  /** Provider accounts take no passkeys: whoever leaves the organisation must not keep a way in. */
  async function localAccount(request: Request, response: Response): Promise<SignedIn> {
    const who = await signedIn.need(request, response);
    if (who.account.subject) throw new ProtocolError('forbidden');
    if (!mayAddPasskey(who.session, accounts.now())) throw new ProtocolError('passkey-required');
    return who;
  }

  return router;
}
