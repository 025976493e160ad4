import { randomBytes } from 'node:crypto';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcTransport, Worker } from 'mediasoup/types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mediaCodecs } from '../../server/media/codecs.ts';
import { MediaMeter } from '../../server/media/mediaMeter.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { Caller } from '../bench/load/caller.ts';
import { Line } from '../bench/load/line.ts';
import { Tally } from '../bench/load/tally.ts';
import { until } from '../support/until.ts';
import { someMeeting } from './media/offers.ts';

// A real media worker is the server, a second one what a browser's engine is: DTLS, SRTP and RTP over UDP between them.

const PACKETS = 1_500;
const PAYLOAD = 1_000;
const SSRC = 4_711;
/**
 * What the meter may count beside the packets themselves, in shares of their bytes: SRTP's tag of 16 bytes and header
 * extensions (up to 3%), DTLS, connectivity checks and RTCP (2%). Nothing may be missing.
 */
const OVERHEAD = 0.05;

const meter = new MediaMeter();
const meeting = someMeeting();
let worker: Worker;
let router: Router;
let caller: Caller;
const lines: Line[] = [];

beforeAll(async () => {
  worker = await createWorker({ workerBin: await ensureWorkerBinary(), logLevel: 'none' });
  router = await worker.createRouter({ mediaCodecs });
  meter.watch(router, meeting);
  caller = await Caller.open();
});

afterAll(async () => {
  for (const line of lines) await line.close();
  caller?.close();
  worker?.close();
});

/** A device's connection, and its end at the server. */
async function connected(tally: Tally, whole: boolean): Promise<{ line: Line; far: WebRtcTransport }> {
  const far = await router.createWebRtcTransport({
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    initialAvailableOutgoingBitrate: 20_000_000,
  });
  const { iceParameters, iceCandidates, dtlsParameters } = far;
  const wire = { id: far.id, iceParameters, iceCandidates, dtlsParameters, iceServers: [] };
  const connect = (parameters: typeof dtlsParameters) => far.connect({ dtlsParameters: parameters });
  const line = await Line.open(caller, wire, { tally, whole, connect });
  lines.push(line);
  return { line, far };
}

function packet(sequence: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(100, 1);
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(sequence * 960, 4);
  header.writeUInt32BE(SSRC, 8);
  return Buffer.concat([header, randomBytes(PAYLOAD)]);
}

it('counts what devices sent and were sent, each byte once, and their streams', async () => {
  const tally = new Tally();
  const [from, to] = [await connected(tally, true), await connected(tally, false)];
  const { producer: mouth, offer } = await caller.speak(from.line.near, 'audio', {
    ssrc: SSRC,
    payloadType: 100,
  });
  const producer = await from.far.produce({
    kind: 'audio',
    rtpParameters: offer as typeof mouth.rtpParameters,
  });
  const { rtpCapabilities } = router;
  await to.far.consume({ producerId: producer.id, rtpCapabilities });
  expect(meter.streams()).toEqual({ streamsIn: 1, streamsOut: 1, weak: 0 });
  const before = await meter.bytes();
  const sent = PACKETS * (12 + PAYLOAD);

  let arrived = 0;
  let bytes = 0;
  for (let sequence = 1; sequence <= PACKETS; sequence += 1) {
    mouth.send(packet(sequence));
    // At a pace at which no socket buffer overflows.
    if (sequence % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until(
    () => {
      const read = tally.read();
      arrived += read.packets;
      bytes += read.bytes;
      return arrived;
    },
    (packets) => packets === PACKETS,
    'every packet has come back',
  );
  const after = await meter.bytes();
  const [into, out] = [after.bytesIn - before.bytesIn, after.bytesOut - before.bytesOut];
  expect(into).toBeGreaterThanOrEqual(sent);
  expect(into).toBeLessThanOrEqual(sent * (1 + OVERHEAD));
  // On this side the very packets on the wire are counted, SRTP's tag included.
  expect(out).toBeGreaterThanOrEqual(bytes);
  expect(out).toBeLessThanOrEqual(bytes * (1 + OVERHEAD));

  // Nothing is counted twice, and what a connection carried stays counted when it is gone.
  const again = await meter.bytes();
  expect(again.bytesIn - after.bytesIn).toBeLessThan(sent * OVERHEAD);
  from.far.close();
  to.far.close();
  const gone = await meter.bytes();
  expect(gone.bytesIn).toBeGreaterThanOrEqual(again.bytesIn);
  expect(gone.bytesOut).toBeGreaterThanOrEqual(again.bytesOut);
  expect(meter.streams(meeting)).toEqual({ streamsIn: 0, streamsOut: 0, weak: 0 });
});
