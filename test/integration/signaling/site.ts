import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import express from 'express';
import { type BlobRules, Blobs, blobRules } from '../../../server/blobs/blobs.ts';
import { BlobFiles } from '../../../server/blobs/files.ts';
import { blobRoutes } from '../../../server/http/blobs.ts';
import { failureHandler } from '../../../server/http/failures.ts';
import { createLog } from '../../../server/log.ts';
import { LocalMediaRooms, type MediaRooms } from '../../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import { foundMeeting } from '../../../server/meeting/found.ts';
import { attachSignaling } from '../../../server/signaling/attach.ts';
import { type Clock, systemClock } from '../../../server/signaling/clock.ts';
import { defaultLimits, type SignalingLimits } from '../../../server/signaling/limits.ts';
import { openStore } from '../../../server/store/kyselyStore.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { BLOBS_PATH } from '../../../shared/protocol/blobs.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import { type Policy, presetPolicy } from '../../../shared/roles.ts';
import { AT, crypto, Script } from '../../unit/records/signing.ts';
import { Client } from './client.ts';

export const OWN_ORIGIN = 'https://meet.example';

/** Where no test needs media. */
export const noMedia: MediaRooms = {
  open: () => Promise.reject(new ProtocolError('media-unavailable')),
  probe: () => Promise.reject(new ProtocolError('media-unavailable')),
  close: () => Promise.resolve(),
};

const GIB = 1024 ** 3;
const rules = blobRules({ fileBytes: GIB, meetingBytes: 4 * GIB, totalBytes: 8 * GIB, keepMs: 3_600_000 });

/** Media for one test file, on real workers. */
export async function startMedia(): Promise<LocalMediaRooms> {
  return LocalMediaRooms.start({
    media: { announced: [], listen: ['127.0.0.1'], port: 0, workers: 1, turn: null },
    workerBin: await ensureWorkerBinary(),
    log: createLog('silent'),
  });
}

/** A folder for one test's database. */
export async function newFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'signaling-'));
  return { path: join(folder, 'sealroom.db'), remove: () => rm(folder, { recursive: true }) };
}

/** The signalling of a server on a real port and a real database. */
export class Site {
  readonly port: number;
  readonly store: Awaited<ReturnType<typeof openStore>>;
  readonly blobs: Blobs;
  /** Everything logged, at the most talkative level. */
  readonly log: string[] = [];
  readonly clients: Client[] = [];
  #stop: () => Promise<void>;
  #stopped: Promise<void> | null = null;

  private constructor(port: number, store: Site['store'], blobs: Blobs, stop: () => Promise<void>) {
    this.port = port;
    this.store = store;
    this.blobs = blobs;
    this.#stop = stop;
  }

  static async start(
    path: string,
    media: MediaRooms,
    limits: Partial<SignalingLimits> = {},
    files: { rules?: Partial<BlobRules>; clock?: Clock } = {},
  ): Promise<Site> {
    const store = await openStore(path);
    const stream = new PassThrough();
    const log = createLog('debug', stream);
    const clock = files.clock ?? systemClock;
    const blobs = await Blobs.open({
      store: store.blobs,
      files: new BlobFiles(join(dirname(path), 'blobs')),
      rules: { ...rules, ...files.rules },
      clock,
      log,
    });
    const app = express();
    app.use(BLOBS_PATH, blobRoutes(blobs));
    app.use(failureHandler(log));
    const httpServer = createServer(app);
    const signaling = await attachSignaling({
      httpServer,
      store,
      media,
      blobs,
      log,
      origins: () => [OWN_ORIGIN],
      limits: { ...defaultLimits, ...limits },
    });
    httpServer.listen(0, '127.0.0.1');
    await once(httpServer, 'listening');
    // Listening on TCP, so the address is an AddressInfo.
    const { port } = httpServer.address() as AddressInfo;
    const site = new Site(port, store, blobs, async () => {
      blobs.close();
      await signaling.close();
      await new Promise((resolve) => httpServer.close(resolve));
      await store.close();
    });
    stream.on('data', (chunk: Buffer) => site.log.push(chunk.toString()));
    return site;
  }

  /** A new stored meeting, with whoever holds its host key. */
  async meeting(policy: Policy = presetPolicy('moderated')): Promise<Script> {
    const script = new Script(policy);
    await foundMeeting(this.store, crypto, script.records, AT);
    return script;
  }

  connect(meeting: MeetingId, auth?: unknown, headers?: Record<string, string>): Client {
    const client = new Client(this.port, auth ?? { protocol: PROTOCOL_VERSION, meeting }, headers);
    this.clients.push(client);
    return client;
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      await this.#stop();
      for (const client of this.clients) client.close();
    })();
    return this.#stopped;
  }
}
