import express, { type RequestHandler, type Response, Router } from 'express';
import { fromBase64Url, toBase64Url } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { accountId } from '../../shared/protocol/accounts.ts';
import { type KeptLibrary, LIBRARY_BYTES, LIBRARY_STEP, putLibrary } from '../../shared/protocol/library.ts';
import { Buckets } from '../signaling/bucket.ts';
import type { AccountStore, SealedLibrary } from '../store/accountStore.ts';
import { ownPageOnly } from './ownPage.ts';
import type { SignedInAt } from './signedIn.ts';

export interface LibraryParts {
  readonly store: AccountStore;
  readonly signedIn: SignedInAt;
  /** Origins the page is served from, asked at each request. */
  readonly origins: () => readonly string[];
  readonly now: () => number;
}

/** Writes of one account: each rewrites the whole ciphertext. */
const WRITES = { burst: 30, perSecond: 0.2 };

/** The ciphertext of an account's own list of meetings: fetched whole, replaced whole by compare-and-set. */
export function library({ store, signedIn, origins, now }: LibraryParts): Router {
  const router = Router();
  const writes = new Buckets(WRITES);
  const json = express.json({
    // Base64 adds a third; the rest is the frame.
    limit: Math.ceil((LIBRARY_BYTES * 4) / 3) + 256,
    type: 'application/json',
  });

  /** Before the body is read, so that nobody without an account makes the server read one. */
  const needAccount: RequestHandler = async (request, response, next) => {
    response.locals.account = (await signedIn.need(request, response)).account.id;
    next();
  };

  router.get('/', async (request, response) => {
    const { account } = await signedIn.need(request, response);
    answer(response, await store.library(account.id));
  });

  router.put('/', ownPageOnly(origins), needAccount, json, async (request, response) => {
    const account = accountId.parse(response.locals.account);
    const parsed = putLibrary.safeParse(request.body);
    if (!parsed.success) throw new ProtocolError('bad-request');
    const waitMs = writes.take(account, now());
    if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
    const { replaces, sealed } = parsed.data;
    const bytes = fromBase64Url(sealed);
    // Another length would tell more of the list than its owner's devices mean to.
    if (bytes.length % LIBRARY_STEP !== 0) throw new ProtocolError('bad-request');
    const put = await store.putLibrary(account, replaces, bytes);
    if (put === 'conflict') response.status(409);
    answer(response, await store.library(account));
  });

  return router;
}

function answer(response: Response, kept: SealedLibrary | null): void {
  const body: KeptLibrary = {
    version: kept?.version ?? 0,
    sealed: kept && toBase64Url(kept.sealed),
  };
  response.json(body);
}
