import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createWorker } from 'mediasoup';
import type { IceCandidate, Router, RtpParameters, WebRtcTransport, Worker } from 'mediasoup/types';
import type { MediaConfig } from '../config/config.ts';
import { createLog } from '../log.ts';
import { mediaCodecs } from '../media/codecs.ts';
import { type Seat, WorkerPool } from '../media/workerPool.ts';
import { type Path, udpPath } from './path.ts';
import { answers } from './stun.ts';

/** What came of one call. */
export type CallOutcome =
  /** No connectivity check was answered. */
  | { readonly kind: 'no-answer' }
  /** The path is there, and no encrypted connection came about on it. */
  | { readonly kind: 'no-connection' }
  | { readonly kind: 'call'; readonly sent: number; readonly back: number; readonly rttMs: number | null };

const PACKETS = 20;
const EVERY_MS = 20;
const PATIENCE_MS = 4_000;
const SSRC = 4_242;
const PAYLOAD_TYPE = 100;

const stream: RtpParameters = {
  codecs: [{ mimeType: 'audio/opus', payloadType: PAYLOAD_TYPE, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: SSRC }],
};

/**
 * Calls through the media ports as the settings have them. The caller is a second media worker, which speaks DTLS and
 * SRTP as browsers do; between it and the server this process does what ICE does in a browser. What the caller sends
 * the server sends back on the same connection. Nothing in it is secret: the packets are made up.
 */
export class LoopbackCall {
  readonly #pool: WorkerPool;
  readonly #seat: Seat;
  readonly #caller: Worker;
  readonly #callerRouter: Router;

  private constructor(pool: WorkerPool, seat: Seat, caller: Worker, callerRouter: Router) {
    this.#pool = pool;
    this.#seat = seat;
    this.#caller = caller;
    this.#callerRouter = callerRouter;
  }

  /** Throws what the media worker says where it cannot listen. */
  static async open(media: MediaConfig, workerBin: string): Promise<LoopbackCall> {
    const pool = await WorkerPool.start({ workerBin, media, log: createLog('silent') });
    try {
      const seat = await pool.place({ load: () => 0, lost: () => undefined });
      const caller = await createWorker({ workerBin, logLevel: 'none' });
      return new LoopbackCall(pool, seat, caller, await caller.createRouter({ mediaCodecs }));
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** Where the server can be called now, in the order in which browsers are told. */
  async candidates(): Promise<IceCandidate[]> {
    const transport = await this.#answerer();
    const { iceCandidates } = transport;
    transport.close();
    return iceCandidates;
  }

  /** Makes one call on a path, which is closed at the end. */
  async over(path: Path): Promise<CallOutcome> {
    const [server, caller] = await Promise.all([this.#answerer(), this.#dialler()]);
    const [{ port = 0, address = '' } = {}] = caller.iceCandidates;
    const near = udpPath(address, port);
    try {
      if (!(await answers(path, server.iceParameters))) return { kind: 'no-answer' };
      await answers(near, caller.iceParameters);
      path.onPacket((packet) => isNoStun(packet) && near.send(packet));
      near.onPacket((packet) => isNoStun(packet) && path.send(packet));
      if (!(await connect(server, caller))) return { kind: 'no-connection' };
      return await this.#talk(server, caller);
    } finally {
      await Promise.all([path.close(), near.close()]);
      server.close();
      caller.close();
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#caller.close();
    this.#seat.release();
    await this.#pool.close();
  }

  #answerer(): Promise<WebRtcTransport> {
    const { router, webRtcServer } = this.#seat;
    return router.createWebRtcTransport({ webRtcServer, preferUdp: true });
  }

  #dialler(): Promise<WebRtcTransport> {
    return this.#callerRouter.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  }

  /** Sends packets there, has them sent back, and counts what returns. */
  async #talk(server: WebRtcTransport, caller: WebRtcTransport): Promise<CallOutcome> {
    const { router } = this.#seat;
    const mouthpiece = await this.#callerRouter.createDirectTransport();
    try {
      const voice = await mouthpiece.produce({ kind: 'audio', rtpParameters: stream });
      const outward = await carry(this.#callerRouter, voice.id, caller, server);
      const homeward = await carry(router, outward, server, caller);
      const ear = await mouthpiece.consume({
        producerId: homeward,
        rtpCapabilities: this.#callerRouter.rtpCapabilities,
      });
      const sentAt = new Map<number, number>();
      const back = new Set<number>();
      let rttMs: number | null = null;
      const all = new Promise<void>((resolve) => {
        ear.on('rtp', (packet) => {
          const number = packet.readUInt32BE(packet.length - 4);
          const sent = sentAt.get(number);
          if (sent === undefined) return;
          back.add(number);
          rttMs = Math.min(rttMs ?? Number.POSITIVE_INFINITY, performance.now() - sent);
          if (back.size === PACKETS) resolve();
        });
      });
      for (let number = 0; number < PACKETS; number++) {
        sentAt.set(number, performance.now());
        voice.send(rtpPacket(number));
        await delay(EVERY_MS);
      }
      await Promise.race([all, delay(1_000)]);
      return { kind: 'call', sent: PACKETS, back: back.size, rttMs };
    } finally {
      mouthpiece.close();
    }
  }
}

/** Has a stream go out of one transport and into another, as offer and answer would. Resolves to the producer's id. */
async function carry(
  router: Router,
  producerId: string,
  from: WebRtcTransport,
  to: WebRtcTransport,
): Promise<string> {
  const consumer = await from.consume({ producerId, rtpCapabilities: router.rtpCapabilities });
  const producer = await to.produce({ kind: 'audio', rtpParameters: consumer.rtpParameters });
  return producer.id;
}

/** DTLS between the two; whether it came about. */
async function connect(server: WebRtcTransport, caller: WebRtcTransport): Promise<boolean> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const connected = async (transport: WebRtcTransport) => {
    while (transport.dtlsState !== 'connected') {
      if (transport.dtlsState === 'failed') throw new Error('DTLS failed');
      await once(transport, 'dtlsstatechange', { signal: patience });
    }
  };
  try {
    await Promise.all([
      server.connect({ dtlsParameters: { ...caller.dtlsParameters, role: 'client' } }),
      caller.connect({ dtlsParameters: { ...server.dtlsParameters, role: 'server' } }),
    ]);
    await Promise.all([connected(server), connected(caller)]);
    return true;
  } catch {
    return false;
  }
}

/** By its first byte (RFC 7983): connectivity checks end here, as in a browser. */
const isNoStun = (packet: Buffer): boolean => (packet[0] ?? 0) > 3;

/** An RTP packet (RFC 3550) with a payload of nothing but its number. */
function rtpPacket(number: number): Buffer {
  const packet = Buffer.alloc(12 + 60);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(PAYLOAD_TYPE, 1);
  packet.writeUInt16BE(1_000 + number, 2);
  packet.writeUInt32BE(number * 960, 4);
  packet.writeUInt32BE(SSRC, 8);
  packet.writeUInt32BE(number, packet.length - 4);
  return packet;
}
