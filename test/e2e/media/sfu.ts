import { createWorker } from 'mediasoup';
import type {
  Consumer,
  Producer,
  Router,
  RouterRtpCodecCapability,
  RtpCapabilities,
  WebRtcTransport,
  Worker,
} from 'mediasoup/types';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { EventName, EventOf } from '../../../shared/protocol/events.ts';
import type { ProducerInfo } from '../../../shared/protocol/media.ts';
import { type RequestName, type RequestOf, requests } from '../../../shared/protocol/requests.ts';
import type { Source } from '../../../shared/records/record.ts';
import type { UdpGate } from './udpGate.ts';

const allCodecs: RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/H264', clockRate: 90_000, parameters: { 'packetization-mode': 1 } },
];

type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: string };

class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface Peer {
  readonly device: DeviceKey;
  readonly emit: (name: EventName, payload: unknown) => void;
  readonly transports: Map<string, WebRtcTransport>;
  readonly producers: Map<string, { producer: Producer; source: Source }>;
  readonly consumers: Map<string, Consumer>;
}

/** What a peer asked for and what came of it, for tests to look at. */
export interface LogEntry {
  readonly device: DeviceKey;
  readonly name: RequestName;
  readonly payload: unknown;
}

/**
 * A router on a real mediasoup worker behind the least signalling that the protocol asks for. It keeps no
 * rules: what a test wants to be refused or forged, it does here.
 */
export class TestSfu {
  readonly log: LogEntry[] = [];
  /** Sources that `media:produce` refuses. */
  readonly refused = new Set<Source>();
  /** Sources for which there is no place. */
  readonly crowded = new Set<Source>();
  /** Sources that are made paused, whatever is asked for. */
  readonly silenced = new Set<Source>();
  /** Stands before the ports of transports made from now on. */
  gate: UdpGate | null = null;
  readonly #worker: Worker;
  readonly #peers = new Map<DeviceKey, Peer>();
  #router: Router;

  static async start(): Promise<TestSfu> {
    const worker = await createWorker({ workerBin: await ensureWorkerBinary(), logLevel: 'error' });
    return new TestSfu(worker, await worker.createRouter({ mediaCodecs: allCodecs }));
  }

  private constructor(worker: Worker, router: Router) {
    this.#worker = worker;
    this.#router = router;
  }

  /** Adds a peer; `emit` carries events to it. */
  join(device: DeviceKey, emit: Peer['emit']): void {
    this.#peers.set(device, {
      device,
      emit,
      transports: new Map(),
      producers: new Map(),
      consumers: new Map(),
    });
  }

  /** Every producer, under the device it is said to be of. */
  producers(): { info: ProducerInfo; producer: Producer }[] {
    return [...this.#peers.values()].flatMap(({ device, producers }) =>
      [...producers.values()].map(({ producer, source }) => ({
        info: { producerId: producer.id, device, source, paused: producer.paused },
        producer,
      })),
    );
  }

  consumersOf(device: DeviceKey): readonly Consumer[] {
    return [...(this.#peers.get(device)?.consumers.values() ?? [])];
  }

  transportsOf(device: DeviceKey): readonly WebRtcTransport[] {
    return [...(this.#peers.get(device)?.transports.values() ?? [])];
  }

  /** Sends an event to one peer, true or made up. */
  emit<Name extends EventName>(device: DeviceKey, name: Name, payload: EventOf<Name>): void {
    this.#peers.get(device)?.emit(name, payload);
  }

  /** Closes a device's producer of a source, as a host's record does. */
  stop(device: DeviceKey, source: Source): void {
    const peer = this.#peers.get(device);
    for (const [producerId, entry] of peer?.producers ?? []) {
      if (entry.source !== source) continue;
      peer?.producers.delete(producerId);
      entry.producer.close();
      this.emit(device, 'media:producerStopped', { producerId });
      this.#tellOthers(device, { added: [], removed: [producerId], changed: [] });
    }
  }

  /** Closes a peer's transports without a word, as a server does that lost its state. */
  loseTransports(device: DeviceKey): void {
    const peer = this.#peers.get(device);
    for (const transport of peer?.transports.values() ?? []) transport.close();
    peer?.transports.clear();
    peer?.consumers.clear();
    for (const [producerId, { producer }] of peer?.producers ?? []) {
      if (!producer.closed) continue;
      peer?.producers.delete(producerId);
      this.#tellOthers(device, { added: [], removed: [producerId], changed: [] });
    }
  }

  /** Replaces the router and tells everyone. */
  async reset(codecs: readonly string[] = ['vp9', 'vp8', 'opus', 'h264']): Promise<void> {
    for (const peer of this.#peers.values()) {
      peer.transports.clear();
      peer.producers.clear();
      peer.consumers.clear();
    }
    this.#router.close();
    this.#router = await this.#worker.createRouter({
      mediaCodecs: allCodecs.filter(({ mimeType }) =>
        codecs.includes(mimeType.split('/')[1]?.toLowerCase() ?? ''),
      ),
    });
    for (const peer of this.#peers.values()) peer.emit('media:reset', {});
  }

  /** Lets a peer go and everything of it. */
  leave(device: DeviceKey): void {
    const peer = this.#peers.get(device);
    this.#peers.delete(device);
    for (const transport of peer?.transports.values() ?? []) transport.close();
  }

  async close(): Promise<void> {
    const died = new Promise<void>((resolve) => this.#worker.once('subprocessclose', () => resolve()));
    this.#worker.close();
    await died;
  }

  /** Answers one request of a peer. */
  async request(device: DeviceKey, name: RequestName, payload: unknown): Promise<Reply> {
    const parsed = requests[name].request.safeParse(payload);
    if (!parsed.success) return { ok: false, code: 'bad-request' };
    this.log.push({ device, name, payload });
    try {
      const peer = this.#peers.get(device);
      if (peer === undefined) throw new Refusal('not-admitted');
      const value: unknown = await this.#answer(peer, name, payload);
      return { ok: true, value: requests[name].response.parse(JSON.parse(JSON.stringify(value ?? {}))) };
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, code: error.code };
      throw error;
    }
  }

  async #answer(peer: Peer, name: RequestName, payload: unknown): Promise<unknown> {
    const as = <Name extends RequestName>(request: Name) =>
      requests[request].request.parse(payload) as RequestOf<Name>;
    switch (name) {
      case 'media:capabilities':
        return { rtpCapabilities: this.#router.rtpCapabilities };
      case 'media:producers':
        return {
          producers: this.producers()
            .filter(({ info }) => info.device !== peer.device)
            .map(({ info }) => info),
        };
      case 'media:createTransport':
        return this.#createTransport(peer);
      case 'media:connectTransport': {
        const { transportId, dtlsParameters } = as('media:connectTransport');
        await found(peer.transports, transportId).connect({
          dtlsParameters: JSON.parse(JSON.stringify(dtlsParameters)),
        });
        return {};
      }
      case 'media:restartIce':
        return {
          iceParameters: await found(peer.transports, as('media:restartIce').transportId).restartIce(),
        };
      case 'media:closeTransport': {
        const { transportId } = as('media:closeTransport');
        found(peer.transports, transportId).close();
        peer.transports.delete(transportId);
        return {};
      }
      case 'media:produce':
        return this.#produce(peer, as('media:produce'));
      case 'media:setProducer':
        return this.#setProducer(peer, as('media:setProducer'));
      case 'media:consume':
        return this.#consume(peer, as('media:consume'));
      case 'media:setConsumers': {
        for (const wish of as('media:setConsumers').wishes) {
          const consumer = found(peer.consumers, wish.consumerId);
          if (wish.spatialLayer !== undefined) {
            await consumer.setPreferredLayers({
              spatialLayer: wish.spatialLayer,
              ...(wish.temporalLayer === undefined ? {} : { temporalLayer: wish.temporalLayer }),
            });
          }
          await (wish.paused ? consumer.pause() : consumer.resume());
        }
        return {};
      }
      case 'media:closeConsumer': {
        const { consumerId } = as('media:closeConsumer');
        found(peer.consumers, consumerId).close();
        peer.consumers.delete(consumerId);
        return {};
      }
      case 'media:requestKeyFrame':
        await found(peer.consumers, as('media:requestKeyFrame').consumerId).requestKeyFrame();
        return {};
      default:
        throw new Refusal('bad-request');
    }
  }

  async #createTransport(peer: Peer): Promise<unknown> {
    const transport = await this.#router.createWebRtcTransport({
      listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
      initialAvailableOutgoingBitrate: 1_000_000,
    });
    peer.transports.set(transport.id, transport);
    const { id, iceParameters, dtlsParameters } = transport;
    const iceCandidates = await Promise.all(
      transport.iceCandidates.map(async (each) => ({
        ...each,
        port: (await this.gate?.front(each.port)) ?? each.port,
      })),
    );
    return { id, iceParameters, iceCandidates, dtlsParameters, iceServers: [] };
  }

  async #produce(peer: Peer, request: RequestOf<'media:produce'>): Promise<unknown> {
    if (this.refused.has(request.source)) throw new Refusal('forbidden');
    if (this.crowded.has(request.source)) throw new Refusal('full');
    const paused = request.paused || this.silenced.has(request.source);
    const producer = await found(peer.transports, request.transportId).produce({
      kind: request.kind,
      paused,
      rtpParameters: JSON.parse(JSON.stringify(request.rtpParameters)),
    });
    peer.producers.set(producer.id, { producer, source: request.source });
    const info = {
      producerId: producer.id,
      device: peer.device,
      source: request.source,
      paused,
    };
    this.#tellOthers(peer.device, { added: [info], removed: [], changed: [] });
    return { producerId: producer.id, paused };
  }

  async #setProducer(peer: Peer, request: RequestOf<'media:setProducer'>): Promise<unknown> {
    const { producerId, state } = request;
    const { producer } = found(peer.producers, producerId);
    if (state === 'closed') {
      producer.close();
      peer.producers.delete(producerId);
      this.#tellOthers(peer.device, { added: [], removed: [producerId], changed: [] });
      return {};
    }
    await (state === 'paused' ? producer.pause() : producer.resume());
    this.#tellOthers(peer.device, {
      added: [],
      removed: [],
      changed: [{ producerId, paused: state === 'paused' }],
    });
    return {};
  }

  async #consume(peer: Peer, request: RequestOf<'media:consume'>): Promise<unknown> {
    const consumer = await found(peer.transports, request.transportId).consume({
      producerId: request.producerId,
      rtpCapabilities: JSON.parse(JSON.stringify(request.rtpCapabilities)) as RtpCapabilities,
      paused: true,
      enableRtx: true,
    });
    peer.consumers.set(consumer.id, consumer);
    consumer.on('producerclose', () => {
      peer.consumers.delete(consumer.id);
      peer.emit('media:consumerClosed', { consumerId: consumer.id });
    });
    consumer.on('layerschange', (layers) => {
      peer.emit('media:consumerLayers', {
        consumerId: consumer.id,
        spatialLayer: layers?.spatialLayer ?? null,
        temporalLayer: layers?.temporalLayer ?? null,
      });
    });
    consumer.on('score', ({ score, producerScore }) => {
      peer.emit('media:consumerScore', { consumerId: consumer.id, score, producerScore });
    });
    const { id, kind, rtpParameters, type, producerPaused } = consumer;
    return { consumerId: id, kind, rtpParameters, type, producerPaused };
  }

  #tellOthers(from: DeviceKey, payload: EventOf<'media:producers'>): void {
    for (const peer of this.#peers.values()) if (peer.device !== from) peer.emit('media:producers', payload);
  }
}

function found<Value>(map: ReadonlyMap<string, Value>, id: string): Value {
  const value = map.get(id);
  if (value === undefined) throw new Refusal('not-found');
  return value;
}
