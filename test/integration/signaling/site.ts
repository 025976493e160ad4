import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import express from 'express';
import { type BlobRules, Blobs, blobRules } from '../../../server/blobs/blobs.ts';
import type { BlobBytes } from '../../../server/blobs/bytes.ts';
import { BlobFiles } from '../../../server/blobs/files.ts';
import type { ClusterListener } from '../../../server/cluster/cluster.ts';
import { type MemoryCluster, MemoryHub } from '../../../server/cluster/memory.ts';
import { NodeSeal } from '../../../server/cluster/seal.ts';
import { blobRoutes } from '../../../server/http/blobs.ts';
import { failureHandler } from '../../../server/http/failures.ts';
import { createLog } from '../../../server/log.ts';
import { LocalMediaRooms, type MediaRooms } from '../../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import { foundMeeting } from '../../../server/meeting/found.ts';
import { attachSignaling, type Signaling } from '../../../server/signaling/attach.ts';
import { type Clock, systemClock } from '../../../server/signaling/clock.ts';
import { defaultLimits, type SignalingLimits } from '../../../server/signaling/limits.ts';
import { KyselyBlobParts } from '../../../server/store/blobParts.ts';
import { KyselyStore } from '../../../server/store/kyselyStore.ts';
import { openTables } from '../../../server/store/open.ts';
import type { MeetingStore } from '../../../server/store/store.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { BlobId, MeetingId } from '../../../shared/ids.ts';
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

/** Switches to sites of two servers, where people connect to the one that does not own their meeting. */
export const relaying = { on: false };

/** A node that takes no meeting while another is there. */
function joinBusy(hub: MemoryHub, listener: ClusterListener): MemoryCluster {
  const cluster = hub.join('front', listener);
  cluster.report(1, false);
  return cluster;
}

/** A folder for one test's database. */
export async function newFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'signaling-'));
  return { path: join(folder, 'sealroom.db'), remove: () => rm(folder, { recursive: true }) };
}

/** The signalling of a server on a real port and a real database. */
export class Site {
  readonly port: number;
  readonly store: MeetingStore;
  readonly blobs: Blobs;
  /** Of the server that people connect to. */
  readonly signaling: Signaling;
  /** Everything logged, at the most talkative level. */
  readonly log: string[] = [];
  readonly clients: Client[] = [];
  /** What was refused, as `request code`. */
  refusals: readonly string[] = [];
  readonly #bytes: BlobBytes;
  readonly #held: () => Promise<string[]>;
  #stop: () => Promise<void>;
  #stopped: Promise<void> | null = null;

  private constructor(
    port: number,
    store: MeetingStore,
    blobs: Blobs,
    signaling: Signaling,
    bytes: BlobBytes,
    held: () => Promise<string[]>,
    stop: () => Promise<void>,
  ) {
    this.port = port;
    this.signaling = signaling;
    this.store = store;
    this.blobs = blobs;
    this.#bytes = bytes;
    this.#held = held;
    this.#stop = stop;
  }

  static async start(
    path: string,
    media: MediaRooms,
    limits: Partial<SignalingLimits> = {},
    files: { rules?: Partial<BlobRules>; clock?: Clock } = {},
  ): Promise<Site> {
    const tables = await openTables(path);
    const store = new KyselyStore(tables);
    const stream = new PassThrough();
    const log = createLog('debug', stream);
    const clock = files.clock ?? systemClock;
    const blobFolder = join(dirname(path), 'blobs');
    const bytes = relaying.on ? new KyselyBlobParts(tables, () => clock.now()) : new BlobFiles(blobFolder);
    const seal = new NodeSeal(randomBytes(32));
    const openBlobs = () =>
      Blobs.open({ store: store.blobs, seal, bytes, rules: { ...rules, ...files.rules }, clock, log });
    /** Of the server that people are connected to. */
    const blobs = await openBlobs();
    const ownerBlobs = relaying.on ? await openBlobs() : blobs;
    const app = express();
    app.use(BLOBS_PATH, blobRoutes(blobs));
    app.use(failureHandler(log));
    const httpServer = createServer(app);
    const hub = new MemoryHub();
    const refusals: string[] = [];
    const options = {
      onRefused: (request: string, code: string) => void refusals.push(`${request} ${code}`),
      store,
      media,
      log,
      origins: () => [OWN_ORIGIN],
      limits: { ...defaultLimits, ...limits },
    };
    /** Owns all meetings, where people are connected to another. */
    const owner =
      relaying.on &&
      (await attachSignaling({
        ...options,
        httpServer: createServer(),
        blobs: ownerBlobs,
        cluster: async (listener) => hub.join('owner', listener),
      }));
    const signaling = await attachSignaling({
      ...options,
      ...(owner ? { cluster: async (listener) => joinBusy(hub, listener), load: () => 1 } : {}),
      blobs,
      httpServer,
    });
    httpServer.listen(0, '127.0.0.1');
    await once(httpServer, 'listening');
    // Listening on TCP, so the address is an AddressInfo.
    const { port } = httpServer.address() as AddressInfo;
    const held = async () =>
      relaying.on
        ? (await tables.selectFrom('blob_parts').select('blob').distinct().execute()).map(({ blob }) => blob)
        : readdir(blobFolder);
    const site = new Site(port, store, blobs, signaling, bytes, held, async () => {
      for (const each of [blobs, ownerBlobs]) each.close();
      await signaling.close();
      if (owner) await owner.close();
      await new Promise((resolve) => httpServer.close(resolve));
      await store.close();
    });
    site.refusals = refusals;
    stream.on('data', (chunk: Buffer) => site.log.push(chunk.toString()));
    return site;
  }

  /** Ids of the sealed files whose bytes are kept. */
  async held(): Promise<string[]> {
    return (await this.#held()).sort();
  }

  /** The bytes of one, as they are kept. */
  async bytesOf(blob: BlobId): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    const length = await this.#bytes.length(blob);
    for await (const part of this.#bytes.read(blob, 0, length)) parts.push(part);
    return Buffer.concat(parts);
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
