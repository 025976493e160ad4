import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { Blobs, blobRules } from '../../server/blobs/blobs.ts';
import { BlobFiles } from '../../server/blobs/files.ts';
import { NodeSeal } from '../../server/cluster/seal.ts';
import { blobRoutes } from '../../server/http/blobs.ts';
import { failureHandler } from '../../server/http/failures.ts';
import { createLog, type Log } from '../../server/log.ts';
import type { MediaRooms } from '../../server/media/rooms.ts';
import { foundMeeting } from '../../server/meeting/found.ts';
import { loadRecordCrypto } from '../../server/meeting/recordCrypto.ts';
import { attachSignaling } from '../../server/signaling/attach.ts';
import { systemClock } from '../../server/signaling/clock.ts';
import type { SignalingLimits } from '../../server/signaling/limits.ts';
import { openStore } from '../../server/store/open.ts';
import type { MeetingStore } from '../../server/store/store.ts';
import { fromBase64Url, fromUtf8 } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { type ReportKey, reportId } from '../../shared/ids.ts';
import { BLOBS_PATH } from '../../shared/protocol/blobs.ts';
import { createMeeting, type KeptReport, type SiteInfo } from '../../shared/protocol/rest.ts';
import { sitePolicies } from '../support/sitePolicies.ts';

/** The real rules, delivery, signalling and store; without media unless it is given: what the group layer meets. */
export interface Site {
  readonly origin: string;
  readonly store: MeetingStore;
  /** What `GET /api/site` says now. */
  reportKey: ReportKey | null;
  /** Bodies of the reports that were sent. */
  readonly reports: readonly Uint8Array[];
  /** Folder of the sealed files. */
  readonly blobFolder: string;
  close(): Promise<void>;
}

const noMedia: MediaRooms = {
  open: () => Promise.reject(new ProtocolError('media-unavailable')),
  probe: () => Promise.reject(new ProtocolError('media-unavailable')),
  close: () => Promise.resolve(),
};

const MIB = 1024 ** 2;
const filesConfig = {
  fileBytes: 64 * MIB,
  meetingBytes: 256 * MIB,
  totalBytes: 512 * MIB,
  keepMs: 3_600_000,
};

/** Starts a site on a free port; `path` is its SQLite file. `media` stays open when the site closes. */
export async function startSite(
  path = ':memory:',
  limits?: SignalingLimits,
  log: Log = createLog('silent'),
  media: MediaRooms = noMedia,
): Promise<Site> {
  const store = await openStore(path);
  const crypto = await loadRecordCrypto();
  const blobFolder = await mkdtemp(join(tmpdir(), 'sealroom-blobs-'));
  const blobs = await Blobs.open({
    store: store.blobs,
    seal: new NodeSeal(randomBytes(32)),
    bytes: new BlobFiles(blobFolder),
    rules: blobRules(filesConfig),
    clock: systemClock,
    log,
  });
  const app = express();
  app.use(BLOBS_PATH, blobRoutes(blobs));
  app.use(BLOBS_PATH, failureHandler(log));
  app.use((request, response) => {
    if (request.url === '/api/site') {
      answer(response, 200, {
        reportKey: site.reportKey,
        node: null,
        regions: null,
        create: 'anyone',
        signIn: { provider: null, passkey: false },
        staff: null,
        policies: sitePolicies,
      } satisfies SiteInfo);
      return;
    }
    if (request.url?.endsWith('/reports')) {
      void bodyOf(request).then((body) => {
        reports.push(body);
        answer(response, 201, { report: reportId.parse(`${'R'.repeat(21)}A`) } satisfies KeptReport);
      });
      return;
    }
    create(request, store, crypto).then(
      (body) => answer(response, 201, body),
      (error: unknown) => answer(response, 400, error instanceof ProtocolError ? error.toFailure() : {}),
    );
  });
  const reports: Uint8Array[] = [];
  const http = createServer(app);
  let origin = '';
  const signaling = await attachSignaling({
    httpServer: http,
    store,
    media,
    blobs,
    log,
    origins: () => [origin],
    ...(limits ? { limits } : {}),
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const site: Site = {
    origin,
    store,
    reportKey: null,
    reports,
    blobFolder,
    async close() {
      blobs.close();
      await signaling.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await store.close();
      await rm(blobFolder, { recursive: true, force: true });
    },
  };
  return site;
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function create(
  request: IncomingMessage,
  store: MeetingStore,
  crypto: Parameters<typeof foundMeeting>[1],
) {
  const { records } = createMeeting.parse(JSON.parse(fromUtf8(await bodyOf(request))));
  const signed = records.map(({ bytes, signature }) => ({
    bytes: fromBase64Url(bytes),
    signature: fromBase64Url(signature),
  }));
  return foundMeeting(store, crypto, signed, Date.now());
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
