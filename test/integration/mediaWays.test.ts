import { setTimeout } from 'node:timers/promises';
import type { Producer, ProducerStat, Router, WebRtcTransport } from 'mediasoup/types';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../server/log.ts';
import type { MediaRoomEvent } from '../../server/media/events.ts';
import type { MediaRoom } from '../../server/media/mediaRoom.ts';
import { LocalMediaRooms } from '../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { receiveIn, sendIn } from './media/devices.ts';
import { someDevice, someMeeting } from './media/offers.ts';
import { openAlone } from './media/servers.ts';

let rooms: LocalMediaRooms;
/** All that the router of the test has. */
const transports = new Map<string, WebRtcTransport>();
const producers = new Map<string, Producer>();
/** Consumers whose key frames were asked for. */
const asked: string[] = [];
/** What was done to producers, in order. */
const done: string[] = [];

beforeAll(async () => {
  rooms = await LocalMediaRooms.start({
    media: { announced: [], listen: ['127.0.0.1'], port: 0, workers: 1, turn: null },
    workerBin: await ensureWorkerBinary(),
    log: createLog('silent'),
    onRouter: watch,
  });
}, 600_000);
afterAll(() => rooms.close());

function watch(router: Router): void {
  router.observer.on('newtransport', (made) => {
    transports.set(made.id, made as WebRtcTransport);
    made.observer.on('newconsumer', (consumer) => {
      const ask = consumer.requestKeyFrame.bind(consumer);
      consumer.requestKeyFrame = () => {
        asked.push(consumer.id);
        return ask();
      };
    });
    made.observer.on('newproducer', (producer) => {
      producers.set(producer.id, producer);
      for (const name of ['pause', 'resume'] as const) {
        const act = producer[name].bind(producer);
        producer[name] = () => {
          done.push(`${name} ${producer.kind}`);
          return act();
        };
      }
    });
  });
}

let room: MediaRoom;
let told: MediaRoomEvent[];
let anna: DeviceKey;
let ben: DeviceKey;

beforeEach(async () => {
  told = [];
  room = await openAlone(rooms, someMeeting(), (event) => told.push(event));
  anna = someDevice();
  ben = someDevice();
  return () => room.close();
});

/** Camera and microphone of one device, both shown to another. */
async function meet() {
  const camera = await sendIn(room, anna);
  const { transportId } = camera;
  const microphone = await sendIn(room, anna, { source: 'microphone', mimeType: 'audio/opus', transportId });
  const seen = await receiveIn(room, ben, camera.producerId);
  const heard = await receiveIn(room, ben, microphone.producerId, seen.transportId);
  const shown = [seen, heard].map(({ consumerId }) => ({ consumerId, paused: false }));
  await room.setConsumers(ben, shown);
  // It asked for its first.
  asked.length = 0;
  done.length = 0;
  told.length = 0;
  return { camera, microphone, seen };
}

function anotherWay(transportId: string): void {
  const here = { protocol: 'udp', localAddress: '127.0.0.1', localIp: '127.0.0.1', localPort: 1 } as const;
  const there = { remoteIp: '127.0.0.1', remotePort: 2 } as const;
  transports.get(transportId)?.emit('iceselectedtuplechange', { ...here, ...there });
}

function producer(id: string): Producer {
  const found = producers.get(id);
  if (!found) throw new Error('no such producer');
  return found;
}

/** Makes a stream one of which packets came lately. No packets flow here. */
function flows(id: string): void {
  const { getStats } = producer(id);
  const ask = getStats.bind(producer(id));
  producer(id).getStats = async () => [...(await ask()), { bitrate: 30_000 } as ProducerStat];
}

it('has pictures begin anew at all who see them when its packets take another way, to the server or from it', async () => {
  const { camera, microphone, seen } = await meet();
  for (const { producerId } of [camera, microphone]) flows(producerId);
  const resting = await receiveIn(room, someDevice(), camera.producerId);
  anotherWay(camera.transportId);
  await expect.poll(() => asked).toEqual([seen.consumerId]);
  // Its own demand was passed on just now.
  anotherWay(seen.transportId);
  await setTimeout(600);
  expect(asked).toEqual([seen.consumerId]);
  anotherWay(seen.transportId);
  anotherWay(resting.transportId);
  await setTimeout(100);
  expect(asked).toEqual([seen.consumerId, seen.consumerId]);
  // What flows goes on flowing.
  expect(done).toEqual([]);
});

it('asks no more for what was lost of streams that had ended when they come another way, and nobody hears of it', async () => {
  const { camera, microphone } = await meet();
  anotherWay(camera.transportId);
  await expect.poll(() => done.length).toBe(4);
  expect([...done].sort()).toEqual(['pause audio', 'pause video', 'resume audio', 'resume video']);
  done.length = 0;
  // Pictures once more: of the first key frame mediasoup only learns which layers there are.
  await expect.poll(() => done).toEqual(['pause video', 'resume video']);
  await expect.poll(() => producer(camera.producerId).paused).toBe(false);
  for (const { producerId } of [camera, microphone]) {
    expect((await producer(producerId).dump()).paused).toBe(false);
  }
  expect(told).toEqual([]);
  expect(room.producers().map(({ paused }) => paused)).toEqual([false, false]);
});

it('asks no more for it as soon as a device of which nothing comes looks for another way', async () => {
  const { camera, microphone } = await meet();
  await room.restartIce(anna, camera.transportId);
  await expect.poll(() => done.length).toBe(4);
  done.length = 0;
  // The first packets are there before the way is told of; the key frame asked for by the old one is not.
  for (const { producerId } of [camera, microphone]) flows(producerId);
  anotherWay(camera.transportId);
  await expect.poll(() => done.length).toBe(4);
  done.length = 0;
  // A better one, soon after: nothing is lost between the two.
  anotherWay(camera.transportId);
  await setTimeout(500);
  expect(done).toEqual([]);
});

it('leaves paused what its owner has paused, whenever that was', async () => {
  const { camera, microphone } = await meet();
  await room.setProducer(anna, microphone.producerId, 'paused');
  done.length = 0;
  anotherWay(camera.transportId);
  const paused = room.setProducer(anna, camera.producerId, 'paused');
  await setTimeout(600);
  await paused;
  expect(done.at(-1)).toBe('pause video');
  expect(done).not.toContain('resume audio');
  for (const { producerId } of [camera, microphone]) {
    expect((await producer(producerId).dump()).paused).toBe(true);
  }
  expect(room.producers().map((each) => each.paused)).toEqual([true, true]);
});

it('pauses at the next demand where the first one failed', async () => {
  const { camera } = await meet();
  const { pause } = producer(camera.producerId);
  producer(camera.producerId).pause = () => Promise.reject(new Error('the worker did not answer'));
  await expect(room.setProducer(anna, camera.producerId, 'paused')).rejects.toThrow();
  expect(room.producers().map((each) => each.paused)).toEqual([false, false]);
  producer(camera.producerId).pause = pause;
  await room.setProducer(anna, camera.producerId, 'paused');
  expect((await producer(camera.producerId).dump()).paused).toBe(true);
});
