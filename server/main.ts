import { mkdirSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import type { Router } from 'mediasoup/types';
import type { DestinationStream } from 'pino';
import { z } from 'zod';
import type { MeetingId } from '../shared/ids.ts';
import { Accounts } from './accounts/accounts.ts';
import { AuditLog } from './audit/auditLog.ts';
import { SiteKey } from './audit/siteKey.ts';
import { Blobs, blobRules } from './blobs/blobs.ts';
import { BlobFiles } from './blobs/files.ts';
import { type Config, readConfig } from './config/config.ts';
import { type AppParts, createApp } from './http/app.ts';
import { clientAddress, type Trust } from './http/clientAddress.ts';
import { ClientFiles } from './http/clientFiles.ts';
import { createLog, type Log } from './log.ts';
import { LocalMediaRooms } from './media/rooms.ts';
import { ensureWorkerBinary } from './media/worker/ensure.ts';
import { loadRecordCrypto } from './meeting/recordCrypto.ts';
import { Metrics } from './metrics/metrics.ts';
import { metricsSources } from './metrics/sources.ts';
import { pageOrigins, readyUrl } from './origins.ts';
import { gatekeeper } from './policies/gatekeeper.ts';
import { allowsRules } from './policies/policies.ts';
import { ReportDesk } from './reports/desk.ts';
import { forgetOld } from './retention.ts';
import { attachSignaling, type Signaling, type SignalingOptions } from './signaling/attach.ts';
import { systemClock } from './signaling/clock.ts';
import { defaultLimits } from './signaling/limits.ts';
import { advice, dataFailure, listenFailure, mediaFailure, StartError } from './startError.ts';
import { KyselyAudit } from './store/auditStore.ts';
import { KyselyAccounts } from './store/kyselyAccounts.ts';
import { KyselyReports } from './store/kyselyReports.ts';
import { databasePath, KyselyStore, openTables } from './store/kyselyStore.ts';
import type { ReportStore } from './store/reportStore.ts';
import type { MeetingStore } from './store/store.ts';
import type { Tables } from './store/tables.ts';
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
  /** Shown each media router as it is made. */
  readonly onRouter?: (router: Router, meeting: MeetingId) => void;
}

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
  /** Tells everyone, closes rooms, workers and database. Idempotent. */
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export const defaultClientDir = join(root, 'client/dist');

function ownVersion(): string {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

async function openData(folder: string): Promise<Kysely<Tables>> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return await openTables(databasePath(folder));
  } catch (error) {
    throw dataFailure(error, folder);
  }
}

async function openBlobs(
  config: Config,
  store: MeetingStore,
  log: Log,
  { clock = systemClock }: StartOverrides,
): Promise<Blobs> {
  const folder = join(config.dataDir, 'blobs');
  try {
    const files = new BlobFiles(folder);
    return await Blobs.open({ store: store.blobs, files, rules: blobRules(config.files), clock, log });
  } catch (error) {
    throw dataFailure(error, folder);
  }
}

function openSiteKey(folder: string): SiteKey {
  try {
    return SiteKey.open(folder);
  } catch (error) {
    throw dataFailure(error, folder);
  }
}

async function startMedia(config: Config, log: Log, overrides: StartOverrides): Promise<LocalMediaRooms> {
  const { media } = config;
  const workerBin = overrides.workerBin ?? (await ensureWorkerBinary());
  try {
    return await LocalMediaRooms.start({ media, workerBin, log, onRouter: overrides.onRouter });
  } catch (error) {
    throw mediaFailure(error, media.port, media.workers);
  }
}

function createServer(config: Config, app: ReturnType<typeof createApp>): HttpServer | HttpsServer {
  if (!config.tls) return createHttpServer(app);
  try {
    const { certFile, keyFile } = config.tls;
    return createHttpsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, app);
  } catch (cause) {
    throw new StartError(
      'SEALROOM_TLS_CERT and SEALROOM_TLS_KEY must be a PEM certificate and its own PEM private key.',
      { cause },
    );
  }
}

async function listen(server: HttpServer | HttpsServer, { host, port }: Config): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFailure(error, host, port)));
    server.listen(port, host, resolve);
  });
  // Listening on TCP, so the address is an AddressInfo.
  return (server.address() as AddressInfo).port;
}

/**
 * Starts a whole server in this process. Several may run side by side on their own ports and folders.
 * Throws StartError, ConfigError or WorkerBinaryError with advice for the administrator; nothing is left behind.
 */
export async function startServer(config: Config, overrides: StartOverrides = {}): Promise<RunningServer> {
  const log = createLog(config.logLevel, overrides.logStream);
  const undo = new Unwinding();
  try {
    const tables = await openData(config.dataDir);
    const now = () => overrides.clock?.now() ?? Date.now();
    const siteKey = openSiteKey(config.dataDir);
    const sources: { signaling: Signaling | null; media: LocalMediaRooms | null } = {
      signaling: null,
      media: null,
    };
    const metrics = new Metrics(metricsSources(sources), ownVersion());
    const audit = new AuditLog(
      new KyselyAudit(tables),
      siteKey,
      now,
      log.child({ part: 'audit' }),
      ({ kind }) => metrics.event(kind),
    );
    const store = new KyselyStore(tables, (id) =>
      audit.note({ kind: 'meeting-ended', meeting: audit.meeting(id) }),
    );
    undo.add(() => store.close());
    undo.add(async () => {
      await audit.write({ kind: 'stop' });
      await audit.sign();
    });
    await audit.write({
      kind: 'start',
      version: ownVersion(),
      config: siteKey.tag('config', JSON.stringify(config)),
    });
    const reports = new KyselyReports(tables);
    const clock = overrides.clock ?? systemClock;
    const old = { clock, log: log.child({ part: 'retention' }) };
    undo.add(
      forgetOld({ ...old, what: 'reports', days: config.reportDays, forget: (time) => reports.forget(time) }),
    );
    const { keepDays } = config.policies;
    undo.add(forgetOld({ ...old, what: 'meetings', days: keepDays, forget: (time) => store.forget(time) }));
    const blobs = await openBlobs(config, store, log.child({ part: 'blobs' }), overrides);
    undo.add(() => blobs.close());
    const accounts = new Accounts(config.accounts, new KyselyAccounts(tables), now);
    // So that nobody waits for the provider's keys later.
    void accounts.provider?.staff();
    let origins: string[] = [];
    const media = await startMedia(config, log, overrides);
    undo.add(() => media.close());
    sources.media = media;
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
      client: new ClientFiles(overrides.clientDir ?? defaultClientDir),
      version: ownVersion(),
      health: () => {
        const { running, wanted } = media.health;
        if (running === 0) return 'down';
        return running < wanted ? 'degraded' : 'ok';
      },
    };
    const app = createApp(parts);
    const httpServer = createServer(config, app);
    undo.add(() => {
      const closed = new Promise((resolve) => httpServer.close(resolve));
      httpServer.closeAllConnections();
      return closed;
    });
    const limits = overrides.limits ?? defaultLimits;
    const trust: Trust = app.get('trust proxy fn');
    const certificate = config.tls ? readFileSync(config.tls.certFile, 'utf8') : null;
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
      admit: gatekeeper(config, accounts, (request) => clientAddress(request, trust)),
      allows: (rules) => allowsRules(config.policies, rules),
    });
    undo.add(() => signaling.close());
    sources.signaling = signaling;
    const port = await listen(httpServer, config);
    origins = pageOrigins(config, port, certificate);
    const url = readyUrl(config, port);
    log.info({ port, workers: config.media.workers, tls: config.tls !== null }, 'ready');
    return { url, port, log, store, reports, media, signaling, httpServer, close: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** Stops the server at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    server.log.info({ signal }, 'stopping');
    server.close().then(
      () => {
        server.log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        server.log.error({ error }, 'stopped badly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

if (import.meta.main) {
  try {
    const server = await startServer(readConfig());
    stopOnSignal(server);
    process.stdout.write(`Sealroom is ready: ${server.url}\n`);
  } catch (error) {
    const text = advice(error);
    if (text === null) throw error;
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
