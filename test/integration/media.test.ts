import { once } from 'node:events';
import type { Router } from 'mediasoup/types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../server/log.ts';
import type { MediaRoomEvent } from '../../server/media/events.ts';
import type { MediaRoom } from '../../server/media/mediaRoom.ts';
import { peerLimits } from '../../server/media/peer.ts';
import { LocalMediaRooms } from '../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { events as eventSchemas } from '../../shared/protocol/events.ts';
import { rtpCapabilities } from '../../shared/protocol/media.ts';
import { type RequestOf, requests } from '../../shared/protocol/requests.ts';
import { receiveIn, type Sending, sendIn } from './media/devices.ts';
import { offer, someDevice, someMeeting } from './media/offers.ts';
import { openAlone } from './media/servers.ts';

let rooms: LocalMediaRooms;
const routers: Router[] = [];

beforeAll(async () => {
  rooms = await LocalMediaRooms.start({
    media: { announced: [], listen: ['127.0.0.1'], port: 0, workers: 2, turn: null },
    workerBin: await ensureWorkerBinary(),
    log: createLog('silent'),
    onRouter: (router) => routers.push(router),
  });
}, 600_000);
afterAll(() => rooms.close());

/** A room that keeps what it says, and lets a test wait for it. */
class Listening {
  readonly heard: MediaRoomEvent[] = [];
  #wake: () => void = () => undefined;

  readonly hear = (event: MediaRoomEvent): void => {
    // What signalling will send must be what clients accept.
    eventSchemas[event.name].parse(event.event);
    this.heard.push(event);
    this.#wake();
  };

  async until(found: (event: MediaRoomEvent) => boolean): Promise<MediaRoomEvent> {
    for (;;) {
      const event = this.heard.find(found);
      if (event) return event;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async tick(): Promise<MediaRoomEvent[]> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return this.heard.splice(0);
  }
}

let room: MediaRoom;
let listening: Listening;
let anna: DeviceKey;
let ben: DeviceKey;

beforeEach(async () => {
  listening = new Listening();
  room = await openAlone(rooms, someMeeting(), listening.hear);
  anna = someDevice();
  ben = someDevice();
  return () => room.close();
});

async function refusal(work: Promise<unknown> | (() => unknown)): Promise<ErrorCode> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  throw new Error('it was not refused');
}

const speech = { source: 'microphone', mimeType: 'audio/opus' } as const;
const send = (device: DeviceKey, what?: Sending) => sendIn(room, device, what);
const receive = (device: DeviceKey, producerId: string, transportId?: string) =>
  receiveIn(room, device, producerId, transportId);

describe('capabilities', () => {
  it('are of the wire form and hold to the allow-list', () => {
    const capabilities = rtpCapabilities.parse(room.rtpCapabilities());
    const codecs = capabilities.codecs?.map(({ mimeType }) => mimeType);
    expect(codecs).toEqual([
      'audio/opus',
      'video/VP9',
      'video/rtx',
      'video/VP8',
      'video/rtx',
      'video/AV1',
      'video/rtx',
    ]);
    const extensions = JSON.stringify(capabilities.headerExtensions);
    expect(extensions).toContain('sdes:mid');
    expect(extensions).not.toMatch(/audio-level|capture-time|packet-id|video-orientation/);
    expect(capabilities.codecs?.[0]?.parameters).toMatchObject({ useinbandfec: 1, usedtx: 0 });
  });
});

describe('a stream', () => {
  it('is offered, told to everyone, subscribed to, and ends for all when its owner leaves', async () => {
    const transport = await room.createTransport(anna, 'send');
    requests['media:createTransport'].response.parse(transport);
    expect(new Set(transport.iceCandidates.map(({ address, protocol }) => `${protocol} ${address}`))).toEqual(
      new Set(['udp 127.0.0.1', 'tcp 127.0.0.1']),
    );
    const { producerId } = await send(anna, { transportId: transport.id });
    const info = { producerId, device: anna, source: 'camera', paused: false };
    expect(room.producers()).toEqual([info]);
    expect(await listening.tick()).toEqual([
      { to: 'everyone', name: 'media:producers', event: { added: [info], removed: [], changed: [] } },
    ]);

    const consumed = await receive(ben, producerId);
    requests['media:consume'].response.parse({
      consumerId: consumed.consumerId,
      kind: consumed.kind,
      rtpParameters: consumed.rtpParameters,
      type: consumed.type,
      producerPaused: consumed.producerPaused,
    });
    expect(consumed.kind).toBe('video');
    expect(JSON.stringify(consumed.rtpParameters.headerExtensions)).not.toMatch(/audio-level|capture-time/);
    await room.setConsumers(ben, [
      { consumerId: consumed.consumerId, paused: false, spatialLayer: 1, temporalLayer: 0, priority: 9 },
    ]);
    await room.requestKeyFrame(ben, consumed.consumerId);
    await listening.tick();

    room.closeDevice(anna);
    expect(room.producers()).toEqual([]);
    const told = await listening.tick();
    expect(told).toContainEqual({
      to: 'everyone',
      name: 'media:producers',
      event: { added: [], removed: [producerId], changed: [] },
    });
    expect(told).toContainEqual({
      to: ben,
      name: 'media:consumerClosed',
      event: { consumerId: consumed.consumerId },
    });
    expect(await refusal(receive(ben, producerId, consumed.transportId))).toBe('not-found');
  });

  it('of sound is sent again where it was lost, as pictures are', async () => {
    const { producerId } = await send(anna, speech);
    const { rtpParameters } = await receive(ben, producerId);
    expect(rtpParameters.codecs[0]?.rtcpFeedback).toContainEqual({ type: 'nack', parameter: '' });
  });

  it('is replaced by a second one of the same source', async () => {
    const first = await send(anna);
    const second = await send(anna, { mimeType: 'video/VP8', transportId: first.transportId });
    expect(room.producers().map(({ producerId }) => producerId)).toEqual([second.producerId]);
    // Both within one tick and never told: the first came and went.
    expect(await refusal(room.setProducer(anna, first.producerId, 'paused'))).toBe('not-found');
  });

  it('tells of pauses, once per tick', async () => {
    const camera = await send(anna);
    const microphone = await send(anna, { ...speech, transportId: camera.transportId });
    await listening.tick();
    await Promise.all([
      room.setProducer(anna, camera.producerId, 'paused'),
      room.setProducer(anna, microphone.producerId, 'paused'),
    ]);
    await room.setProducer(anna, microphone.producerId, 'paused');
    const told = await listening.tick();
    const changed = told.flatMap((each) => (each.name === 'media:producers' ? each.event.changed : []));
    expect(changed).toEqual(
      expect.arrayContaining([
        { producerId: camera.producerId, paused: true },
        { producerId: microphone.producerId, paused: true },
      ]),
    );
    expect(changed).toHaveLength(2);
    await room.setProducer(anna, camera.producerId, 'closed');
    expect(room.producers()).toHaveLength(1);
  });

  it('is stopped from outside, and its owner is told', async () => {
    const camera = await send(anna);
    const microphone = await send(anna, { ...speech, transportId: camera.transportId });
    await listening.tick();
    room.stopSources(anna, ['microphone', 'screen']);
    room.stopSources(ben, ['camera']);
    expect(room.producers().map(({ source }) => source)).toEqual(['camera']);
    expect(await listening.tick()).toEqual([
      { to: anna, name: 'media:producerStopped', event: { producerId: microphone.producerId } },
      {
        to: 'everyone',
        name: 'media:producers',
        event: { added: [], removed: [microphone.producerId], changed: [] },
      },
    ]);
  });

  it('may be subscribed to once per device; again replaces', async () => {
    const { producerId } = await send(anna);
    const first = await receive(ben, producerId);
    const second = await receive(ben, producerId, first.transportId);
    expect(second.consumerId).not.toBe(first.consumerId);
    expect(await refusal(() => room.closeConsumer(ben, first.consumerId))).toBe('not-found');
    await room.closeConsumer(ben, second.consumerId);
  });
});

describe('a device', () => {
  it('reaches nothing of another', async () => {
    const { producerId, transportId } = await send(anna);
    const { consumerId, transportId: receiving } = await receive(ben, producerId);
    const carol = someDevice();
    await room.createTransport(carol, 'send');
    for (const stranger of [carol, someDevice()]) {
      const parameters = offer(room.rtpCapabilities(), 'video/VP9', 'x');
      const attempts: [string, () => unknown][] = [
        ['connect', () => room.connectTransport(stranger, transportId, { fingerprints: [] })],
        ['restartIce', () => room.restartIce(stranger, transportId)],
        ['closeTransport', () => room.closeTransport(stranger, transportId)],
        [
          'produce',
          () =>
            room.produce(stranger, {
              transportId,
              kind: 'video',
              source: 'camera',
              rtpParameters: parameters,
              paused: false,
            }),
        ],
        ['pause', () => room.setProducer(stranger, producerId, 'paused')],
        ['close', () => room.setProducer(stranger, producerId, 'closed')],
        ['consume', () => receive(stranger, producerId, receiving)],
        ['setConsumers', () => room.setConsumers(stranger, [{ consumerId, paused: false }])],
        ['closeConsumer', () => room.closeConsumer(stranger, consumerId)],
        ['requestKeyFrame', () => room.requestKeyFrame(stranger, consumerId)],
      ];
      for (const [name, attempt] of attempts)
        expect([name, await refusal(attempt)]).toEqual([name, 'not-found']);
    }
    expect(room.producers()).toEqual([{ producerId, device: anna, source: 'camera', paused: false }]);
    await room.setConsumers(ben, [{ consumerId, paused: false }]);
  });

  it('may not offer what does not fit', async () => {
    const { id: transportId } = await room.createTransport(anna, 'send');
    const { id: receiving } = await room.createTransport(anna, 'receive');
    const capabilities = room.rtpCapabilities();
    const video = offer(capabilities, 'video/VP9', 'v');
    const audio = offer(capabilities, 'audio/opus', 'a');
    const [vp9] = video.codecs;
    const [opus] = audio.codecs;
    if (!vp9 || !opus) throw new Error('no codecs');
    const base = {
      transportId,
      kind: 'video',
      source: 'camera',
      rtpParameters: video,
      paused: false,
    } as const;
    const bad: RequestOf<'media:produce'>[] = [
      { ...base, source: 'microphone' },
      { ...base, kind: 'audio', source: 'camera', rtpParameters: audio },
      { ...base, kind: 'audio', source: 'microphone' },
      { ...base, transportId: receiving },
      { ...base, rtpParameters: { ...video, codecs: [{ ...vp9, mimeType: 'video/H264' }] } },
      { ...base, rtpParameters: { ...video, codecs: [{ ...vp9, parameters: { 'profile-id': 2 } }] } },
      {
        ...base,
        kind: 'audio',
        source: 'microphone',
        rtpParameters: { ...audio, codecs: [{ ...opus, parameters: { usedtx: 1 } }] },
      },
      {
        ...base,
        kind: 'audio',
        source: 'microphone',
        rtpParameters: { ...audio, encodings: [{ dtx: true }] },
      },
      {
        ...base,
        kind: 'audio',
        source: 'microphone',
        rtpParameters: {
          ...audio,
          headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 6 }],
        },
      },
      {
        ...base,
        rtpParameters: {
          ...video,
          headerExtensions: [
            { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: 10 },
          ],
        },
      },
    ];
    for (const each of bad) {
      expect([JSON.stringify(each), await refusal(room.produce(anna, each))]).toEqual([
        JSON.stringify(each),
        'bad-request',
      ]);
    }
    expect(room.producers()).toEqual([]);
    await room.produce(anna, base);
  });

  it('is not given header extensions for which it asks', async () => {
    const { producerId } = await send(anna, speech);
    const { id: transportId } = await room.createTransport(ben, 'receive');
    const capabilities = room.rtpCapabilities();
    const uri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
    const consumed = await room.consume(ben, {
      transportId,
      producerId,
      rtpCapabilities: {
        ...capabilities,
        headerExtensions: [
          ...(capabilities.headerExtensions ?? []),
          { kind: 'audio', uri, preferredId: 6, direction: 'sendrecv' },
        ],
      },
    });
    expect(JSON.stringify(consumed.rtpParameters)).not.toContain(uri);
  });

  it('has limits, also when it asks all at once', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: peerLimits.transports + 3 }, () => room.createTransport(anna, 'send')),
    );
    const refused = attempts.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused.map((error: ProtocolError) => error.code)).toEqual(['full', 'full', 'full']);
    await room.createTransport(ben, 'send');
  });

  it('has one transport of a direction: an older one, of which it may not even know, ends with what runs on it', async () => {
    const { producerId } = await send(anna);
    const [first, second] = [
      await room.createTransport(ben, 'receive'),
      await room.createTransport(ben, 'send'),
    ];
    // As often as a line breaks in the middle of it.
    for (let times = 0; times < 2 * peerLimits.transports; times++) await room.createTransport(anna, 'send');
    expect(room.producers().map((each) => each.producerId)).not.toContain(producerId);
    expect((await routers.at(-1)?.dump())?.transportIds).toHaveLength(3);
    await room.restartIce(ben, first.id);
    await room.restartIce(ben, second.id);
  });

  it('gets its transport closed when it leaves while one is being made', async () => {
    const pending = room.createTransport(anna, 'send');
    room.closeDevice(anna);
    expect(await refusal(pending)).toBe('media-unavailable');
    const dump = await routers.at(-1)?.dump();
    expect(dump?.transportIds).toEqual([]);
  });

  it('may not connect with a weak fingerprint', async () => {
    const { id } = await room.createTransport(anna, 'send');
    const connect = (algorithm: string, value: string) =>
      room.connectTransport(anna, id, { role: 'client', fingerprints: [{ algorithm, value }] });
    expect(await refusal(connect('sha-1', 'AB'))).toBe('bad-request');
    await connect('sha-256', Array.from({ length: 32 }, () => 'AB').join(':'));
  });
});

describe('rooms', () => {
  it('are spread over the workers', async () => {
    const { producerId } = await send(anna);
    await receive(ben, producerId);
    const here = routers.at(-1);
    const other = await openAlone(rooms, someMeeting(), () => undefined);
    const there = routers.at(-1);
    const pid = async (router: Router | undefined) => (await router?.dump())?.id;
    expect(await pid(here)).not.toBe(await pid(there));
    expect(rooms.health).toEqual({ running: 2, wanted: 2 });
    other.close();
  });

  it('are told when their worker was killed, start again empty, and work', async () => {
    const second = new Listening();
    const other = await openAlone(rooms, someMeeting(), second.hear);
    const before = await send(anna);
    await receive(ben, before.producerId);
    const pids = rooms.workerPids;
    expect(pids).toHaveLength(2);
    listening.heard.splice(0);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const router = routers.at(-1);
    if (router && !router.closed) await once(router.observer, 'close');

    await listening.until(({ name }) => name === 'media:reset');
    await second.until(({ name }) => name === 'media:reset');
    expect(room.producers()).toEqual([]);
    expect(listening.heard.filter(({ name }) => name !== 'media:reset')).toEqual([]);
    expect(await refusal(room.setProducer(anna, before.producerId, 'paused'))).toBe('not-found');

    const after = await send(anna);
    const consumed = await receive(ben, after.producerId);
    await room.setConsumers(ben, [{ consumerId: consumed.consumerId, paused: false }]);
    expect(room.producers()).toHaveLength(1);
    expect(rooms.workerPids.some((pid) => pids.includes(pid))).toBe(false);
    other.close();
  });

  it('answer requests during the change with a refusal that says when to come back', async () => {
    const { transportId } = await send(anna);
    for (const pid of rooms.workerPids) process.kill(pid, 'SIGKILL');
    const outcomes: string[] = [];
    while (!listening.heard.some(({ name }) => name === 'media:reset')) {
      try {
        await room.restartIce(anna, transportId);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        outcomes.push(error.code);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(outcomes)).toEqual(new Set(['media-unavailable']));
  });

  it('say nothing more once closed', async () => {
    await send(anna);
    room.close();
    room.close();
    expect(await listening.tick()).toEqual([]);
    expect(await refusal(room.createTransport(anna, 'send'))).toBe('media-unavailable');
  });
});
