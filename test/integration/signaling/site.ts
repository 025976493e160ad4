import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createLog } from '../../../server/log.ts';
import { LocalMediaRooms } from '../../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import { foundMeeting } from '../../../server/meeting/found.ts';
import { attachSignaling } from '../../../server/signaling/attach.ts';
import { defaultLimits, type SignalingLimits } from '../../../server/signaling/limits.ts';
import { openStore } from '../../../server/store/kyselyStore.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { type Policy, presetPolicy } from '../../../shared/roles.ts';
import { AT, crypto, Script } from '../../unit/records/signing.ts';
import { Client } from './client.ts';

export const OWN_ORIGIN = 'https://meet.example';

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
  /** Everything logged, at the most talkative level. */
  readonly log: string[] = [];
  readonly clients: Client[] = [];
  #stop: () => Promise<void>;
  #stopped: Promise<void> | null = null;

  private constructor(port: number, store: Site['store'], stop: () => Promise<void>) {
    this.port = port;
    this.store = store;
    this.#stop = stop;
  }

  static async start(
    path: string,
    media: LocalMediaRooms,
    limits: Partial<SignalingLimits> = {},
  ): Promise<Site> {
    const store = await openStore(path);
    const httpServer = createServer();
    const stream = new PassThrough();
    const signaling = await attachSignaling({
      httpServer,
      store,
      media,
      log: createLog('debug', stream),
      origins: () => [OWN_ORIGIN],
      limits: { ...defaultLimits, ...limits },
    });
    httpServer.listen(0, '127.0.0.1');
    await once(httpServer, 'listening');
    // Listening on TCP, so the address is an AddressInfo.
    const { port } = httpServer.address() as AddressInfo;
    const site = new Site(port, store, async () => {
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
    const client = new Client(this.port, auth ?? { protocol: 1, meeting }, headers);
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
