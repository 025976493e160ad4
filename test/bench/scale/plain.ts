import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createWorker } from 'mediasoup';
import { mediaCodecs } from '../../../server/media/codecs.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import { pause } from '../../support/until.ts';
import type { ForwardingCost } from './forwarding.ts';
import { JANUS_SSRC, Janus } from './janus.ts';
import { costOfForwarding } from './processFigures.ts';

const PAYLOAD_TYPE = 96;
const PACKET = 1_112;
const BITS_PER_SECOND = 1_000_000;
/** RFC 4568: what both encrypt with, under a key of 16 bytes and a salt of 14. */
const SUITE = 'AES_CM_128_HMAC_SHA1_80' as const;
const srtp = { enableSrtp: true, srtpCryptoSuite: SUITE } as const;
const key = () => randomBytes(30).toString('base64');
const WARM_MS = 1_500;

/** A receiver of packets that counts them, whoever they are for. */
async function sink(): Promise<{
  readonly port: number;
  readonly count: () => number;
  readonly socket: Socket;
}> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  let packets = 0;
  socket.on('message', () => {
    packets += 1;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, count: () => packets, socket };
}

/** Sends one VP8 stream of random bytes at 1 Mbit/s to a port, until stopped. */
function source(port: number, payloadType: number, ssrc: number): () => void {
  const socket = createSocket('udp4');
  let sequence = 0;
  const everyMs = (PACKET * 8 * 1_000) / BITS_PER_SECOND;
  let due = performance.now();
  let timer: NodeJS.Timeout;
  const tick = () => {
    for (; due <= performance.now(); due += everyMs) {
      const packet = randomBytes(PACKET);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt8(0x80 | payloadType, 1);
      packet.writeUInt16BE(sequence & 0xffff, 2);
      packet.writeUInt32BE(sequence * 900, 4);
      packet.writeUInt32BE(ssrc, 8);
      // Every frame is one packet and begins anew: VP8's descriptor, and the start of a key frame.
      packet.set([0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x10, 0, 0x10, 0], 12);
      sequence += 1;
      socket.send(packet, port, '127.0.0.1');
    }
    timer = setTimeout(tick, 5);
  };
  tick();
  return () => {
    clearTimeout(timer);
    socket.close();
  };
}

/** Plain RTP in, SRTP out to so many receivers under a key for each, through mediasoup. */
export async function forwardPlainWithMediasoup(receivers: number, seconds: number): Promise<ForwardingCost> {
  const worker = await createWorker({ workerBin: await ensureWorkerBinary(), logLevel: 'none' });
  const to = await sink();
  try {
    const router = await worker.createRouter({ mediaCodecs });
    const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
    const into = await router.createPlainTransport({ listenInfo, rtcpMux: true, comedia: true });
    const codec = { mimeType: 'video/VP8', payloadType: PAYLOAD_TYPE, clockRate: 90_000 };
    const rtpParameters = { codecs: [codec], encodings: [{ ssrc: 4_242 }] };
    const producer = await into.produce({ kind: 'video', rtpParameters });
    for (let number = 0; number < receivers; number++) {
      const out = await router.createPlainTransport({ listenInfo, rtcpMux: true, ...srtp });
      const srtpParameters = { cryptoSuite: SUITE, keyBase64: key() } as const;
      await out.connect({ ip: '127.0.0.1', port: to.port, srtpParameters });
      await out.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    }
    const stop = source(into.tuple.localPort, PAYLOAD_TYPE, 4_242);
    try {
      await pause(WARM_MS);
      return await costOfForwarding(worker.pid, seconds, to.count);
    } finally {
      stop();
    }
  } finally {
    worker.close();
    to.socket.close();
  }
}

/** The same through Janus's videoroom: a remote publisher, and RTP forwarders. Null where Janus is not installed. */
export async function forwardPlainWithJanus(
  receivers: number,
  seconds: number,
): Promise<ForwardingCost | null> {
  const janus = await Janus.start();
  if (janus === null) return null;
  const to = await sink();
  try {
    const port = await janus.feed();
    for (let number = 0; number < receivers; number++) await janus.forwardTo(to.port, key());
    const stop = source(port, PAYLOAD_TYPE, JANUS_SSRC);
    try {
      await pause(WARM_MS);
      return await costOfForwarding(janus.pid, seconds, to.count);
    } finally {
      stop();
    }
  } finally {
    await janus.close();
    to.socket.close();
  }
}
