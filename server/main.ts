import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Router } from 'mediasoup/types';
import type { DestinationStream } from 'pino';
import { z } from 'zod';
import type { MeetingId } from '../shared/ids.ts';
import { Accounts } from './accounts/accounts.ts';
import { LiveSite } from './admin/liveSite.ts';
import { policiesOf } from './admin/policyView.ts';
import { Sampler } from './admin/sampler.ts';
import { AuditLog } from './audit/auditLog.ts';
import { NodeSeal } from './cluster/seal.ts';
import { type Config, readConfig } from './config/config.ts';
import { examine } from './doctor/doctor.ts';
import { Drain } from './drain.ts';
import { type AppParts, createApp } from './http/app.ts';
import { clientAddress, type Trust } from './http/clientAddress.ts';
import { ClientFiles } from './http/clientFiles.ts';
import { createLog, type Log } from './log.ts';
import { MediaMeter } from './media/mediaMeter.ts';
import type { LocalMediaRooms } from './media/rooms.ts';
import { ensureWorkerBinary } from './media/worker/ensure.ts';
import { loadRecordCrypto } from './meeting/recordCrypto.ts';
import { Metrics } from './metrics/metrics.ts';
import { type MetricsParts, metricsSources } from './metrics/sources.ts';
import {
  joinCluster,
  listen,
  openBlobs,
  openCertificate,
  openData,
  openPlace,
  openSiteKey,
  startMedia,
} from './opening.ts';
import { pageOrigins, readyUrl } from './origins.ts';
import { gatekeeper } from './policies/gatekeeper.ts';
import { checkRules } from './policies/policies.ts';
import { ReportDesk } from './reports/desk.ts';
import { forgetOld } from './retention.ts';
import { attachSignaling, type Signaling, type SignalingOptions } from './signaling/attach.ts';
import { systemClock } from './signaling/clock.ts';
import { defaultLimits } from './signaling/limits.ts';
import { reloadOnSignal, stopOnSignal } from './signals.ts';
import { advice, StartError } from './startError.ts';
import { KyselyAudit } from './store/auditStore.ts';
import { KyselyAccounts } from './store/kyselyAccounts.ts';
import { KyselyReports } from './store/kyselyReports.ts';
import { KyselyStore } from './store/kyselyStore.ts';
import type { ReportStore } from './store/reportStore.ts';
import type { MeetingStore } from './store/store.ts';
import type { ServedCertificate } from './tls/servedCertificate.ts';
import { Unwinding } from './unwinding.ts';

/** What a caller in the same process may put in place of the usual parts. */
export interface StartOverrides {
  /** Where log lines go instead of stdout. */
  readonly logStream?: DestinationStream;
  /** A worker program, instead of the one `ensureWorkerBinary` finds. */
  readonly workerBin?: string;
  /** Folder of the built client. */
  readonly clientDir?: string;
  readonly limits?: SignalingOptions['limits'];
  readonly clock?: SignalingOptions['clock'];
  readonly patience?: Patience;
  /** Shown each media router as it is made. */
  readonly onRouter?: (router: Router, meeting: MeetingId) => void;
}

/** How long a connection may take to say what it wants, in milliseconds, so that slow ones use nothing up. */
interface Patience {
  /** For the head of a request. */
  readonly headersTimeout: number;
  /** For a whole request; files go up in parts. */
  readonly requestTimeout: number;
  /** How often that is looked after. */
  readonly connectionsCheckingInterval: number;
}

const defaultPatience: Patience = {
  headersTimeout: 15_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 5_000,
};

export interface RunningServer {
  /** The address to open, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly log: Log;
  readonly store: MeetingStore;
  readonly reports: ReportStore;
  readonly media: LocalMediaRooms;
  readonly signaling: Signaling;
  readonly httpServer: HttpServer | HttpsServer;
  /** What it speaks TLS with; null where it does not. */
  readonly certificate: ServedCertificate | null;
  /**
   * Begins no meeting any more, and resolves once nobody is connected or `ms` are over. What goes on goes on.
   */
  drain(ms: number): Promise<void>;
  /** Tells everyone, closes rooms, workers and database. Idempotent. */
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export const defaultClientDir = join(root, 'client/dist');

function ownVersion(): string {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/**
 * Starts a whole server in this process. Several may run side by side on their own ports and folders.
 * Throws StartError, ConfigError or WorkerBinaryError with advice for the administrator; nothing is left behind.
 */
export async function startServer(config: Config, overrides: StartOverrides = {}): Promise<RunningServer> {
  const log = createLog(config.logLevel, overrides.logStream);
  const undo = new Unwinding();
  try {
    const tables = await openData(config);
    undo.add(() => tables.destroy());
    const now = () => overrides.clock?.now() ?? Date.now();
    const siteKey = openSiteKey(config.dataDir);
    const sources: MetricsParts = { signaling: null, media: null, certificate: null };
    const metrics = new Metrics(metricsSources(sources), ownVersion());
    const audit = new AuditLog(
      new KyselyAudit(tables),
      siteKey,
      now,
      log.child({ part: 'audit' }),
      ({ kind }) => metrics.event(kind),
    );
    if (!(await audit.isOwn())) {
      throw new StartError(
        `The database belongs to a site with another site key: copy site-key.pem of its other servers into ${config.dataDir}.`,
      );
    }
    const store = new KyselyStore(tables, (id) =>
      audit.note({ kind: 'meeting-ended', meeting: audit.meeting(id) }),
    );
    undo.add(() => store.close());
    const who = config.node === null ? {} : { node: config.node.name };
    undo.add(async () => {
      await audit.write({ kind: 'stop', ...who });
      await audit.sign();
    });
    await audit.write({
      kind: 'start',
      version: ownVersion(),
      config: siteKey.tag('config', JSON.stringify(config)),
      ...who,
    });
    const reports = new KyselyReports(tables);
    const clock = overrides.clock ?? systemClock;
    const old = { clock, log: log.child({ part: 'retention' }) };
    undo.add(
      forgetOld({ ...old, what: 'reports', days: config.reportDays, forget: (time) => reports.forget(time) }),
    );
    const { keepDays } = config.policies;
    undo.add(forgetOld({ ...old, what: 'meetings', days: keepDays, forget: (time) => store.forget(time) }));
    const blobs = await openBlobs(config, tables, {
      store: store.blobs,
      seal: new NodeSeal(siteKey.nodeKey),
      clock,
      log: log.child({ part: 'blobs' }),
    });
    undo.add(() => blobs.close());
    const accounts = new Accounts(config.accounts, new KyselyAccounts(tables), now);
    // So that nobody waits for the provider's keys later.
    void accounts.provider?.staff();
    let origins: string[] = [];
    const drain = new Drain({
      sockets: () => sources.signaling?.sockets ?? 0,
      log,
      now,
      warn: (until) => sources.signaling?.warn(until),
    });
    const { place, certificate: mediaShows } = await openPlace(config);
    const meter = new MediaMeter();
    const onRouter: StartOverrides['onRouter'] = (router, meeting) => {
      meter.watch(router, meeting);
      overrides.onRouter?.(router, meeting);
    };
    const workerBin = overrides.workerBin ?? (await ensureWorkerBinary());
    const media = await startMedia(config, log, { workerBin, onRouter }, mediaShows);
    undo.add(() => media.close());
    sources.media = media;
    const live: LiveSite = new LiveSite({
      signaling: () => sources.signaling,
      media,
      meter,
      sampler: () => sampler,
      place,
      drain,
      store,
      audit,
      policies: policiesOf(config),
      version: ownVersion(),
      drainMs: config.drainMs,
      now,
    });
    const sampler = new Sampler(() => live.reading(), clock, log.child({ part: 'sampler' }));
    undo.add(() => sampler.close());
    const clientDir = overrides.clientDir ?? defaultClientDir;
    const parts: AppParts = {
      config,
      store,
      blobs,
      log,
      crypto: await loadRecordCrypto(),
      now,
      accounts,
      audit,
      metrics,
      origins: () => origins,
      reportDesk: new ReportDesk({ meetings: store, reports, key: config.reportKey, now }),
      client: new ClientFiles(clientDir),
      admin: {
        reports,
        live,
        examine: () => examine({ config, workerBin: async () => workerBin, clientDir, now }),
      },
      version: ownVersion(),
      serves: (rules) => place.canServe(rules),
      regions: place.regions,
      node: place.label,
      draining: () => drain.begun,
      health: () => {
        const { running, wanted } = media.health;
        if (running === 0) return 'down';
        return running < wanted ? 'degraded' : 'ok';
      },
    };
    const app = createApp(parts);
    let port = config.port;
    const certificate = config.tls
      ? openCertificate({
          files: config.tls,
          log: log.child({ part: 'tls' }),
          now,
          onChange: ({ cert, key }) => {
            // For new connections; those that are open go on.
            if ('setSecureContext' in httpServer) httpServer.setSecureContext({ cert, key });
            origins = pageOrigins(config, port, cert);
          },
        })
      : null;
    undo.add(() => certificate?.close());
    sources.certificate = certificate;
    const patience = overrides.patience ?? defaultPatience;
    const httpServer = certificate
      ? createHttpsServer({ ...patience, cert: certificate.pair.cert, key: certificate.pair.key }, app)
      : createHttpServer(patience, app);
    undo.add(() => {
      const closed = new Promise((resolve) => httpServer.close(resolve));
      httpServer.closeAllConnections();
      return closed;
    });
    const limits = overrides.limits ?? { ...defaultLimits, ...config.rates };
    const trust: Trust = app.get('trust proxy fn');
    const signaling = await attachSignaling({
      httpServer,
      store,
      media,
      blobs,
      log: log.child({ part: 'signaling' }),
      origins: () => origins,
      addressOf: (request) => clientAddress(request, trust),
      clock,
      limits: {
        ...limits,
        socketsPerMeeting: Math.min(limits.socketsPerMeeting, config.policies.meetingSize),
      },
      ...(config.cluster
        ? { cluster: joinCluster(config.cluster, place, siteKey, log.child({ part: 'cluster' })) }
        : {}),
      load: () => media.load,
      place,
      admit: gatekeeper(config, accounts, (request) => clientAddress(request, trust)),
      checkRules: (rules) => checkRules(config.policies, rules),
      recording: config.policies.recording,
      onFounding: (room) =>
        audit.write({ kind: 'meeting-founded', meeting: audit.meeting(room), account: null }),
      draining: () => drain.begun,
      onRefused: (request, code) => metrics.refusal(request, code),
      drainsBy: () => drain.until,
      about: () => live.own(),
      onDrain: (minutes) => drain.set(minutes),
    });
    undo.add(() => signaling.close());
    sources.signaling = signaling;
    port = await listen(httpServer, config);
    origins = pageOrigins(config, port, certificate?.pair.cert ?? null);
    const url = readyUrl(config, port);
    log.info({ port, workers: config.media.workers, tls: config.tls !== null }, 'ready');
    const close = () => {
      drain.end();
      return undo.run();
    };
    return {
      url,
      port,
      log,
      store,
      reports,
      media,
      signaling,
      httpServer,
      certificate,
      drain: (ms) => drain.begin(ms),
      close,
    };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

if (import.meta.main) {
  try {
    const config = readConfig();
    const server = await startServer(config);
    stopOnSignal(server, config);
    reloadOnSignal(server);
    process.stdout.write(`Sealroom is ready: ${server.url}\n`);
  } catch (error) {
    const text = advice(error);
    if (text === null) throw error;
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
