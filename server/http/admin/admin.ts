import express, { type RequestHandler, type Response, Router } from 'express';
import type { Finding } from '../../../shared/doctor/finding.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { type AccountId, accountId } from '../../../shared/protocol/accounts.ts';
import { drainRequest, endByOperator, findMeeting } from '../../../shared/protocol/admin.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import { refusalOfAdmin } from '../../accounts/proof.ts';
import type { LiveSite } from '../../admin/liveSite.ts';
import type { AuditLog } from '../../audit/auditLog.ts';
import { Buckets } from '../../signaling/bucket.ts';
import type { ReportStore } from '../../store/reportStore.ts';
import { bodyOf } from '../jsonBody.ts';
import { ownPageOnly } from '../ownPage.ts';
import type { SignedInAt } from '../signedIn.ts';
import { adminAccounts } from './accounts.ts';
import { adminInvites } from './invites.ts';
import { adminLog } from './log.ts';
import { adminReports } from './reports.ts';
import { adminSite } from './site.ts';

export interface AdminParts {
  readonly accounts: Accounts;
  readonly signedIn: SignedInAt;
  readonly audit: AuditLog;
  readonly reports: ReportStore;
  readonly live: LiveSite;
  /** Looks for what is wrong, as `npm run doctor` does. */
  readonly examine: () => AsyncIterable<Finding>;
  /** Origins the page is served from, asked at each request. */
  readonly origins: () => readonly string[];
}

/** Requests of one administrator: the page asks every few seconds. */
const REQUESTS = { burst: 120, perSecond: 4 };

/** Who asks, once `administrator` let them through. */
export function adminOf(response: Response): AccountId {
  return accountId.parse(response.locals.admin);
}

/** Lets administrators through, who have shown lately who they are; notes whoever else tries. */
function administrator({ accounts, audit, signedIn }: AdminParts): RequestHandler {
  const requests = new Buckets(REQUESTS);
  return async (request, response, next) => {
    const { account, session } = await signedIn.need(request, response);
    const why = refusalOfAdmin(account, session, accounts.now());
    const waitMs = requests.take(account.id, accounts.now());
    if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
    if (why !== null) {
      audit.refusedAdmin(account.id, why, request.ip);
      throw new ProtocolError(why);
    }
    response.locals.admin = account.id;
    next();
  };
}

/**
 * The administration of the site. Everything is asked by our own page, reading too, and by administrators only; every
 * change is on record before it happens. Nothing here leads into a meeting: the server has no key of any.
 */
export function admin(parts: AdminParts): Router {
  const { live, origins } = parts;
  const router = Router();
  router.use(ownPageOnly(origins), administrator(parts));
  router.use(express.json({ limit: '8kb', type: 'application/json' }));

  router.get('/overview', async (_request, response) => {
    response.json(await live.overview());
  });
  router.post('/meetings/find', async (request, response) => {
    response.json(await live.find(bodyOf(request, findMeeting).id));
  });
  router.post('/meetings/end', async (request, response) => {
    await live.end(bodyOf(request, endByOperator), adminOf(response));
    response.json({});
  });
  router.post('/drain', async (request, response) => {
    const { node, minutes } = bodyOf(request, drainRequest);
    await live.setDrain(node, minutes, adminOf(response));
    response.json({});
  });

  router.use('/accounts', adminAccounts(parts));
  router.use('/invites', adminInvites(parts));
  router.use('/reports', adminReports(parts));
  router.use('/audit', adminLog(parts));
  router.use(adminSite(parts));
  return router;
}
