import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/cluster.ts';
import { MemoryHub } from '../../server/cluster/memory.ts';
import { RedisCluster } from '../../server/cluster/redis.ts';
import { NodeSeal } from '../../server/cluster/seal.ts';
import { createLog } from '../../server/log.ts';
import type { MediaRoomEvent } from '../../server/media/events.ts';
import type { MediaRoom } from '../../server/media/mediaRoom.ts';
import { LocalMediaRooms } from '../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';
import type { Source } from '../../shared/records/record.ts';
import { type Policy, presetPolicy } from '../../shared/roles.ts';
import { operator } from '../support/operator.ts';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { offer, someDevice, someMeeting } from './media/offers.ts';
import { joinMedia, type MediaServer, type MediaServerOptions } from './media/servers.ts';
import { Watched } from './media/watched.ts';

const holds = (ask: () => boolean) => until(ask, (answer) => answer, String(ask));
const log = createLog('silent');
const key = randomBytes(32);
const regions = ['Taipei', 'Tainan', 'Hualien'] as const;
type Region = (typeof regions)[number];

/** Its list names each server of this test, in the region of the same name. */
const { key: operatorKey, list } = operator();
const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const siteList = list(
  ...regions.map((region) => ({ name: region, region, addresses: ['127.0.0.1'], fingerprint, relays: [] })),
);
const onlyIn = (...allowed: Region[]): Policy => ({
  ...presetPolicy('open'),
  residency: { operator: operatorKey, regions: allowed },
});

let redis: TestRedis;
/** Real workers, one for each server. */
const workers = new Map<Region, LocalMediaRooms>();
/** What each server's workers carry for the meeting at hand. */
const routers = new Map<Region, Watched[]>();

beforeAll(async () => {
  redis = await TestRedis.start();
  for (const region of regions) {
    workers.set(
      region,
      await LocalMediaRooms.start({
        media: { announced: [], listen: ['127.0.0.1'], port: 0, workers: 1, turn: null },
        workerBin: await ensureWorkerBinary(),
        log,
        onRouter: (router) => routers.get(region)?.push(new Watched(router)),
      }),
    );
  }
}, 600_000);
afterAll(async () => {
  for (const each of workers.values()) await each.close();
  await redis.close();
});

const adapters: readonly { readonly adapter: string; readonly joining: () => MediaServerOptions['join'] }[] =
  [
    {
      adapter: 'memory',
      joining: () => {
        const hub = new MemoryHub();
        return async (region, listener) => hub.join(region, listener, region);
      },
    },
    {
      adapter: 'Redis',
      joining: () => (region, listener) =>
        RedisCluster.join({
          url: redis.url,
          name: region,
          region,
          seal: new NodeSeal(key),
          listener,
          log,
        }),
    },
  ];

describe.each(adapters)('a meeting on several servers over $adapter', ({ joining }) => {
  let servers: Map<Region, MediaServer>;
  /** As the owner of the meeting has them, and as the other servers read them. */
  let rules: Policy;
  let signed: Policy;
  let room: MediaRoom;
  let heard: MediaRoomEvent[];

  beforeEach(async () => {
    servers = new Map();
    rules = presetPolicy('open');
    signed = rules;
    heard = [];
    const join = joining();
    for (const region of regions) {
      routers.set(region, []);
      const media = workers.get(region);
      if (!media) throw new Error('not started');
      servers.set(region, await joinMedia({ region, media, join, siteList, rulesOf: () => signed }));
    }
    for (const { cluster } of servers.values()) await holds(() => cluster.nodes().length === regions.length);
    room = await at('Taipei').spread.open(
      someMeeting(),
      (event) => heard.push(event),
      () => rules,
    );
  });
  afterEach(async () => {
    room.close();
    for (const { spread, cluster } of servers.values()) {
      spread.close();
      await cluster.close();
    }
  });

  function at(region: Region): MediaServer {
    const server = servers.get(region);
    if (!server) throw new Error('no server');
    return server;
  }

  const idOf = (region: Region): NodeId => at(region).cluster.self;

  function router(region: Region): Watched {
    const watched = routers.get(region)?.at(-1);
    if (!watched) throw new Error(`no router in ${region}`);
    return watched;
  }

  async function send(device: DeviceKey, region: Region, source: Source = 'camera', paused = false) {
    const { id: transportId, node } = await room.createTransport(device, 'send', idOf(region));
    expect(node).toEqual({ name: region, region });
    const [kind, codec] =
      source === 'microphone' ? (['audio', 'audio/opus'] as const) : (['video', 'video/VP9'] as const);
    const rtpParameters = offer(room.rtpCapabilities(), codec, source.slice(0, 4));
    return room.produce(device, { transportId, kind, source, paused, rtpParameters });
  }

  async function receive(device: DeviceKey, region: Region, producerId: string) {
    const { id: transportId, node } = await room.createTransport(device, 'receive', idOf(region));
    expect(node?.region).toBe(region);
    return room.consume(device, { transportId, producerId, rtpCapabilities: room.rtpCapabilities() });
  }

  /** The stream where it comes from, on its way, and where it arrives. */
  function way(producerId: string, from: Region, to: Region) {
    const leaving = router(from).consumers.findLast((each) => each.producerId === producerId);
    const copy = router(to).producers.findLast(({ id }) => id === producerId);
    if (!leaving || !copy) throw new Error('not carried');
    return { leaving, copy };
  }

  /** Anna in Taipei, where the meeting is, and Ben in Tainan, subscribed to what she sends. */
  async function apart(source: Source = 'camera') {
    const [anna, ben] = [someDevice(), someDevice()];
    const { producerId } = await send(anna, 'Taipei', source);
    const { consumerId } = await receive(ben, 'Tainan', producerId);
    return { anna, ben, producerId, consumerId, ...way(producerId, 'Taipei', 'Tainan') };
  }

  it('carries a stream once, over SRTP, while somebody there is subscribed; it flows while it is shown', async () => {
    const { ben, producerId, consumerId, leaving, copy } = await apart();
    for (const region of ['Taipei', 'Tainan'] as const) {
      const [pipe, ...more] = router(region).pipes;
      expect(more).toEqual([]);
      expect(pipe?.srtpParameters?.cryptoSuite).toBe('AEAD_AES_256_GCM');
    }
    expect(leaving.paused).toBe(true);
    await room.setConsumers(ben, [{ consumerId, paused: false }]);
    await holds(() => !leaving.paused);
    const cho = someDevice();
    const second = await receive(cho, 'Tainan', producerId);
    await room.setConsumers(cho, [{ consumerId: second.consumerId, paused: false }]);
    await room.setConsumers(ben, [{ consumerId, paused: true }]);
    await room.setConsumers(cho, [{ consumerId: second.consumerId, paused: true }]);
    await holds(() => leaving.paused);
    expect(router('Tainan').producers).toHaveLength(1);
    await room.closeConsumer(ben, consumerId);
    await room.closeConsumer(cho, second.consumerId);
    await holds(() => leaving.closed && copy.closed);
    // Wanted again, it comes again.
    await receive(ben, 'Tainan', producerId);
    expect(way(producerId, 'Taipei', 'Tainan').copy.closed).toBe(false);
  });

  it('carries streams both ways and between servers that do not own the meeting, and nothing else', async () => {
    const { anna, ben } = await apart();
    const cho = someDevice();
    const { producerId } = await send(ben, 'Tainan', 'microphone');
    await receive(anna, 'Taipei', producerId);
    expect(router('Taipei').pipes).toHaveLength(1);
    await receive(cho, 'Hualien', producerId);
    way(producerId, 'Tainan', 'Hualien');
    expect(router('Hualien').pipes).toHaveLength(1);
    expect(router('Hualien').producers.map(({ id }) => id)).toEqual([producerId]);
    const told = () => heard.flatMap((event) => (event.name === 'media:producers' ? event.event.added : []));
    await holds(() => told().length === 2);
    expect(told().map(({ device }) => device)).toEqual([anna, ben]);
    expect(room.producers()).toHaveLength(2);
  });

  it('pauses, resumes and ends a stream on all servers', async () => {
    const { anna, ben, producerId, consumerId, copy, leaving } = await apart('microphone');
    await room.setProducer(anna, producerId, 'paused');
    await holds(() => copy.paused);
    await room.setProducer(anna, producerId, 'live');
    await holds(() => !copy.paused);
    room.stopSources(anna, ['microphone']);
    expect(leaving.closed).toBe(true);
    await holds(() => copy.closed);
    await holds(() => heard.some((event) => event.name === 'media:consumerClosed'));
    expect(heard).toContainEqual({ to: ben, name: 'media:consumerClosed', event: { consumerId } });
    expect(room.producers()).toEqual([]);
  });

  it('ends what a removed device sent from another server, and lets that server go when nobody is left', async () => {
    const { anna, ben } = await apart();
    const { producerId } = await send(ben, 'Tainan', 'microphone');
    await receive(anna, 'Taipei', producerId);
    const { leaving, copy } = way(producerId, 'Tainan', 'Taipei');
    room.closeDevice(ben);
    await holds(() => leaving.closed && copy.closed);
    await holds(() => router('Tainan').router.closed && at('Tainan').spread.serving === 0);
    expect(router('Taipei').router.closed).toBe(false);
    await receive(ben, 'Tainan', room.producers()[0]?.producerId ?? '');
  });

  it('counts open microphones over all servers', async () => {
    const all = Array.from({ length: limits.openMicrophones + 1 }, someDevice);
    const outcomes = await Promise.allSettled(
      all.map((device, n) => send(device, n % 2 === 0 ? 'Taipei' : 'Tainan', 'microphone')),
    );
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(refused).toEqual(['full']);
  });

  it('moves those whose server is gone, and nobody else', async () => {
    const { anna, ben, producerId } = await apart();
    const { producerId: lost } = await send(ben, 'Tainan', 'microphone');
    await receive(anna, 'Taipei', lost);
    at('Tainan').spread.close();
    await at('Tainan').cluster.close();
    await holds(() => heard.some(({ name }) => name === 'media:reset'));
    expect(heard.filter(({ name }) => name === 'media:reset')).toEqual([
      { to: ben, name: 'media:reset', event: {} },
    ]);
    await holds(() => heard.some(({ to, name }) => to === anna && name === 'media:consumerClosed'));
    expect(room.producers().map((stream) => stream.producerId)).toEqual([producerId]);
    // He is connected to a third server by now, and receives her stream there.
    await receive(ben, 'Hualien', producerId);
  });

  it('serves nobody where the rules do not allow it, and moves those whose server they no longer do', async () => {
    const { ben, producerId } = await apart();
    rules = onlyIn('Taipei', 'Hualien');
    room.rulesChanged();
    expect(heard).toContainEqual({ to: ben, name: 'media:reset', event: {} });
    await holds(() => at('Tainan').spread.serving === 0);
    const { node, site } = await room.createTransport(ben, 'receive', idOf('Tainan'));
    expect([node?.region, site]).toEqual(['Taipei', siteList]);
    await receive(someDevice(), 'Hualien', producerId);
  });

  it.each([['Taipei'], ['Tainan']] as const)(
    'passes no server that what was signed forbids, whatever its owner says: only %s is allowed',
    async (allowed) => {
      signed = onlyIn(allowed);
      const refused = room.createTransport(someDevice(), 'receive', idOf('Tainan'));
      await expect(refused).rejects.toMatchObject({ code: 'region-unavailable' });
      expect(routers.get('Tainan')).toEqual([]);
    },
  );
});
