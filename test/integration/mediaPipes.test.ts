import { once } from 'node:events';
import { observer } from 'mediasoup';
import type { Router, Worker } from 'mediasoup/types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../server/log.ts';
import type { MediaRoomEvent } from '../../server/media/events.ts';
import type { MediaRoom } from '../../server/media/mediaRoom.ts';
import { defaultPlacement, EXPECTED_STREAMS } from '../../server/media/placement.ts';
import { LocalMediaRooms } from '../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';
import type { Source } from '../../shared/records/record.ts';
import { until } from '../support/until.ts';
import { offer, someDevice, someMeeting } from './media/offers.ts';
import { openAlone } from './media/servers.ts';
import { Watched } from './media/watched.ts';

const holds = (ask: () => boolean) => until(ask, (answer) => answer, String(ask));

let rooms: LocalMediaRooms;
let room: MediaRoom;
let routers: Watched[] = [];
let heard: MediaRoomEvent[] = [];
/** Process ids of the workers that routers run on. */
const pids = new Map<Router, number>();

beforeAll(async () => {
  observer.on('newworker', (worker: Worker) => {
    worker.observer.on('newrouter', (router) => pids.set(router, worker.pid));
  });
  rooms = await LocalMediaRooms.start({
    media: { announced: [], listen: ['127.0.0.1'], port: 0, workers: 2, turn: null },
    workerBin: await ensureWorkerBinary(),
    log: createLog('silent'),
    // One device fills a worker, so that the next goes to the other.
    placement: { ...defaultPlacement, streamsPerWorker: EXPECTED_STREAMS },
    onRouter: (router) => routers.push(new Watched(router)),
  });
}, 600_000);
afterAll(() => rooms.close());

beforeEach(async () => {
  routers = [];
  heard = [];
  room = await openAlone(rooms, someMeeting(), (event) => heard.push(event));
  return () => room.close();
});

async function send(device: DeviceKey, source: Source, paused = false) {
  const { id: transportId } = await room.createTransport(device, 'send');
  const [kind, codec] =
    source === 'microphone' ? (['audio', 'audio/opus'] as const) : (['video', 'video/VP9'] as const);
  const rtpParameters = offer(room.rtpCapabilities(), codec, source.slice(0, 4));
  return room.produce(device, { transportId, kind, source, paused, rtpParameters });
}

async function receive(device: DeviceKey, producerId: string) {
  const { id: transportId } = await room.createTransport(device, 'receive');
  return room.consume(device, { transportId, producerId, rtpCapabilities: room.rtpCapabilities() });
}

/** Anna on one worker, Ben on the other, subscribed to what she sends. */
async function apart(source: Source = 'camera') {
  const [anna, ben] = [someDevice(), someDevice()];
  const { producerId } = await send(anna, source);
  const { consumerId, producerPaused } = await receive(ben, producerId);
  const [near, far] = routers;
  if (!near || !far) throw new Error('the meeting is on one worker');
  const copy = far.producers.find(({ id }) => id === producerId);
  const leaving = near.consumers.find((consumer) => consumer.producerId === producerId);
  if (!copy || !leaving) throw new Error('nothing was piped');
  return { anna, ben, producerId, consumerId, producerPaused, near, far, copy, leaving };
}

describe('a meeting on two workers', () => {
  it('pipes a stream once to where it is subscribed to, and lets it flow while somebody shows it', async () => {
    const { ben, producerId, consumerId, producerPaused, far, leaving } = await apart();
    expect(producerPaused).toBe(false);
    await holds(() => leaving.paused);
    await room.setConsumers(ben, [{ consumerId, paused: false }]);
    expect(leaving.paused).toBe(false);
    const second = await receive(ben, producerId);
    // The first was replaced, and the second shows nothing yet.
    await holds(() => leaving.paused);
    await room.setConsumers(ben, [{ consumerId: second.consumerId, paused: false }]);
    expect(leaving.paused).toBe(false);
    room.closeDevice(ben);
    await holds(() => leaving.paused);
    expect(far.producers).toHaveLength(1);
  });

  it('does not pipe what nobody there subscribes to', async () => {
    const { anna, far } = await apart();
    await room.createTransport(someDevice(), 'receive');
    const { producerId } = await send(anna, 'microphone');
    expect(far.producers.map(({ id }) => id)).not.toContain(producerId);
  });

  it('ends a stream on both within the call that stops it', async () => {
    const { anna, ben, consumerId, copy } = await apart('microphone');
    room.stopSources(anna, ['microphone']);
    expect(copy.closed).toBe(true);
    await holds(() => heard.some((event) => event.to === ben && event.name === 'media:consumerClosed'));
    expect(heard).toContainEqual({ to: ben, name: 'media:consumerClosed', event: { consumerId } });
  });

  it('ends all streams of a device that is removed within the call', async () => {
    const { anna, copy, leaving } = await apart();
    room.closeDevice(anna);
    expect([copy.closed, leaving.closed]).toEqual([true, true]);
  });

  it('pauses a stream on both within the call, and resumes it', async () => {
    const { anna, ben, producerId, consumerId, copy } = await apart();
    await room.setConsumers(ben, [{ consumerId, paused: false }]);
    await room.setProducer(anna, producerId, 'paused');
    expect(copy.paused).toBe(true);
    await room.setProducer(anna, producerId, 'live');
    await holds(() => !copy.paused);
  });

  it('moves those whose worker died, and nobody else', async () => {
    const { anna, ben, producerId, far } = await apart();
    const mine = await send(ben, 'microphone');
    const { consumerId } = await receive(anna, mine.producerId);
    const pid = pids.get(far.router);
    if (pid === undefined) throw new Error('no worker');
    process.kill(pid, 'SIGKILL');
    if (!far.router.closed) await once(far.router.observer, 'close');
    await holds(() => heard.some(({ name }) => name === 'media:reset'));
    expect(heard.filter(({ name }) => name === 'media:reset').map(({ to }) => to)).toEqual([ben]);
    await holds(() => heard.some(({ name }) => name === 'media:consumerClosed'));
    expect(heard).toContainEqual({ to: anna, name: 'media:consumerClosed', event: { consumerId } });
    // Hers goes on, and he receives it again from where he sits now.
    expect(room.producers().map((info) => info.producerId)).toEqual([producerId]);
    const again = await receive(ben, producerId);
    await room.setConsumers(ben, [{ consumerId: again.consumerId, paused: false }]);
    await send(ben, 'microphone');
    expect(room.producers()).toHaveLength(2);
  });
});

describe('microphones', () => {
  it('are on for as many as the cap lets, also when all come at once', async () => {
    const all = Array.from({ length: limits.openMicrophones + 3 }, someDevice);
    const outcomes = await Promise.allSettled(all.map((device) => send(device, 'microphone')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(limits.openMicrophones);
    const full = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(full).toEqual(['full', 'full', 'full']);
    const late = someDevice();
    const { producerId } = await send(late, 'microphone', true);
    await expect(room.setProducer(late, producerId, 'live')).rejects.toMatchObject({ code: 'full' });
    // Who moderates is heard always.
    await room.setProducer(late, producerId, 'live', true);
    await room.setProducer(late, producerId, 'paused');
    const [open] = room.producers();
    if (open) await room.setProducer(open.device, open.producerId, 'paused');
    await room.setProducer(late, producerId, 'live');
  });
});
