import { randomBytes } from 'node:crypto';
import express, { type Express, type RequestHandler, type Response, Router } from 'express';
import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { accountId } from '../../shared/protocol/accounts.ts';
import type { Health, NodeLabel, SiteInfo } from '../../shared/protocol/rest.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { SiteRegions } from '../../shared/residency.ts';
import type { Policy } from '../../shared/roles.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AuditLog } from '../audit/auditLog.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { checkRules, networkGate, publicPolicies } from '../policies/policies.ts';
import type { ReportDesk } from '../reports/desk.ts';
import { account } from './account.ts';
import { type AdminParts, admin } from './admin/admin.ts';
import { asAttachment } from './attachment.ts';
import { blobRoutes } from './blobs.ts';
import type { ClientFiles } from './clientFiles.ts';
import { Cookies } from './cookies.ts';
import { failureHandler, unknownPath } from './failures.ts';
import { library } from './library.ts';
import { type MeetingsParts, meetings } from './meetings.ts';
import { metricsRoute } from './metrics.ts';
import { ownPageOnly } from './ownPage.ts';
import { page } from './page.ts';
import { reports } from './reports.ts';
import { securityHeaders } from './securityHeaders.ts';
import { SignedInAt } from './signedIn.ts';

export interface AppParts
  extends Omit<MeetingsParts, 'mayCreate' | 'onFounding' | 'onLimited' | 'checkRules'> {
  readonly config: Pick<
    Config,
    'tls' | 'publicUrl' | 'trustedProxies' | 'reportKey' | 'policies' | 'metricsToken' | 'node'
  >;
  readonly accounts: Accounts;
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  /** Origins the page is served from, asked at each request. */
  readonly origins: () => readonly string[];
  readonly client: ClientFiles;
  readonly blobs: Blobs;
  readonly log: Log;
  readonly reportDesk: ReportDesk;
  readonly admin: Pick<AdminParts, 'reports' | 'live' | 'examine'>;
  readonly version: string;
  /** This server as people read of it. */
  readonly node: NodeLabel | null;
  /** Whether a server of this site is where a meeting's rules let its media pass. */
  readonly serves: (rules: Policy) => boolean;
  /** Where the site's servers are, by a signed list. */
  readonly regions: SiteRegions | null;
  /** Whether the server is about to restart and begins no new meetings. */
  readonly draining: () => boolean;
  /** `ok` when everything runs, `degraded` when something is being restarted, `down` when meetings cannot run. */
  readonly health: () => 'ok' | 'degraded' | 'down';
}

/** Request ids, and one line per request at debug: method, kind of path, status, time. Never the path itself. */
function requestLog(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const id = randomBytes(6).toString('hex');
    response.setHeader('X-Request-Id', id);
    const began = performance.now();
    const kind = request.path.startsWith('/api/') ? 'api' : 'page';
    response.on('finish', () => {
      const ms = Math.round(performance.now() - began);
      metrics.request(kind, request.method, response.statusCode, ms / 1_000);
      log.debug({ request: id, method: request.method, kind, status: response.statusCode, ms }, 'request');
    });
    next();
  };
}

function healthRoutes({ health, version, draining }: AppParts): Router {
  const router = Router();
  const body = (status: Health['status']): Health => ({ status, protocol: PROTOCOL_VERSION, version });
  router.get('/health', (_request, response) => {
    response.json(body(health() === 'ok' ? 'ok' : 'degraded'));
  });
  // For load balancers: 503 takes this node out.
  router.get('/ready', (_request, response) => {
    const state = health();
    response
      .status(state === 'down' || draining() ? 503 : 200)
      .json(body(state === 'ok' ? 'ok' : 'degraded'));
  });
  return router;
}

function siteRoute({ config, accounts, node, regions }: AppParts): RequestHandler {
  return async (_request, response) => {
    const site: SiteInfo = {
      reportKey: config.reportKey,
      node,
      regions,
      ...(await accounts.site()),
      policies: publicPolicies(config.policies),
    };
    response.json(site);
  };
}

/** What founding a meeting asks of the site, and leaves behind. */
function founding(parts: AppParts, signedIn: SignedInAt) {
  const { audit } = parts;
  return {
    mayCreate: [notDraining(parts), ...creators(parts, signedIn)],
    onFounding: (meeting: MeetingId, response: Response) => {
      const account = accountId.safeParse(response.locals.account).data ?? null;
      return audit.write({ kind: 'meeting-founded', meeting: audit.meeting(meeting), account });
    },
    checkRules: (rules: Policy) => {
      checkRules(parts.config.policies, rules);
      if (!parts.serves(rules)) throw new ProtocolError('region-unavailable');
    },
    onLimited: (address: string | undefined) => audit.limited('founding', address),
  };
}

function notDraining({ draining }: AppParts): RequestHandler {
  return (_request, _response, next) => {
    if (draining()) throw new ProtocolError('draining');
    next();
  };
}

/** Refuses whoever may create no meetings here. */
function creators({ accounts, origins }: AppParts, signedIn: SignedInAt): RequestHandler[] {
  if (accounts.create === 'anyone') return [];
  return [
    ownPageOnly(origins),
    async (request, response, next) => {
      response.locals.account = (await signedIn.needCreator(request, response)).id;
      next();
    },
  ];
}

/** Whether browsers reach this site by HTTPS, here or at a proxy. */
export function servesTls({ tls, publicUrl }: Pick<Config, 'tls' | 'publicUrl'>): boolean {
  return tls !== null || (publicUrl?.startsWith('https:') ?? false);
}

/** Everything over HTTP but the socket: the page, the API, headers of all. */
export function createApp(parts: AppParts): Express {
  const { config, accounts, audit, metrics, origins } = parts;
  const tls = servesTls(config);
  const log = parts.log.child({ part: 'http' });
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', false);
  app.set('trust proxy', [...config.trustedProxies]);
  app.use(requestLog(log, metrics));
  app.use(...securityHeaders({ tls, importMap: () => parts.client.importMap }));

  const api = Router();
  api.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    asAttachment(response, 'api.json');
    next();
  });
  api.use(healthRoutes(parts));
  api.get('/site', siteRoute(parts));
  const cookies = new Cookies(tls);
  const signedIn = new SignedInAt(accounts, cookies, audit);
  api.get('/metrics', metricsRoute(metrics, config.metricsToken));
  const inside = networkGate(config.policies.networks);
  api.use((request, _response, next) => {
    if (!inside(request.ip)) throw new ProtocolError('network-refused');
    next();
  });
  api.use('/blobs', blobRoutes(parts.blobs));
  api.use('/account/library', library({ store: accounts.store, signedIn, origins, now: accounts.now }));
  api.use('/account', account({ accounts, signedIn, cookies, audit, origins, log }));
  api.use('/admin', admin({ accounts, signedIn, audit, origins, ...parts.admin }));
  api.use('/meetings', meetings({ ...parts, ...founding(parts, signedIn) }));
  api.use('/meetings', reports(parts.reportDesk, parts.now));
  api.use(unknownPath);
  app.use('/api', api);

  app.use(page(parts.client));
  app.use(failureHandler(log, (code) => parts.metrics.refusal('http', code)));
  return app;
}
