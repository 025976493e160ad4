import { createWorker } from 'mediasoup';
import type { Consumer, DirectTransport, Producer, Router, WebRtcTransport, Worker } from 'mediasoup/types';
import { mediaCodecs, withAllowedExtensions } from '../../../server/media/codecs.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import type { RtpParametersWire } from '../../../shared/protocol/media.ts';

/** What speaks DTLS and SRTP for many participants of one process: a media worker of its own, as a browser's engine. */
export class Caller {
  readonly #worker: Worker;
  readonly #router: Router;
  /** Where packets go in and come out unencrypted. */
  readonly #mouth: DirectTransport;

  private constructor(worker: Worker, router: Router, mouth: DirectTransport) {
    this.#worker = worker;
    this.#router = router;
    this.#mouth = mouth;
  }

  static async open(): Promise<Caller> {
    const workerBin = await ensureWorkerBinary();
    const worker = await createWorker({ workerBin, logLevel: 'none' });
    const router = await worker.createRouter({ mediaCodecs });
    return new Caller(worker, router, await router.createDirectTransport());
  }

  /** The worker's process. */
  get pid(): number {
    return this.#worker.pid;
  }

  /** The near end of a connection. */
  dial(): Promise<WebRtcTransport> {
    return this.#router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  }

  /** A stream that leaves by a connection: where its packets are put in, and what to offer it as. */
  async speak(
    near: WebRtcTransport,
    kind: 'audio' | 'video',
    { ssrc, payloadType }: { readonly ssrc: number; readonly payloadType: number },
  ): Promise<{ readonly producer: Producer; readonly offer: RtpParametersWire }> {
    const codec =
      kind === 'audio'
        ? { mimeType: 'audio/opus', payloadType, clockRate: 48_000, channels: 2 }
        : { mimeType: 'video/VP8', payloadType, clockRate: 90_000 };
    const rtpParameters = { codecs: [codec], encodings: [{ ssrc }] };
    const producer = await this.#mouth.produce({ kind, rtpParameters });
    const rtpCapabilities = withAllowedExtensions(this.#router.rtpCapabilities);
    const consumer = await near.consume({ producerId: producer.id, rtpCapabilities });
    // mediasoup's type, with `undefined` where the wire has optional properties.
    return { producer, offer: consumer.rtpParameters as RtpParametersWire };
  }

  /** A stream that arrives by a connection, packet by packet. */
  async hear(
    near: WebRtcTransport,
    kind: 'audio' | 'video',
    rtpParameters: RtpParametersWire,
    take: (packet: Buffer) => void,
  ): Promise<Consumer> {
    // As in speak().
    const producer = await near.produce({ kind, rtpParameters: rtpParameters as Producer['rtpParameters'] });
    const { rtpCapabilities } = this.#router;
    const consumer = await this.#mouth.consume({ producerId: producer.id, rtpCapabilities });
    consumer.on('rtp', take);
    return consumer;
  }

  /** Idempotent. */
  close(): void {
    this.#worker.close();
  }
}
