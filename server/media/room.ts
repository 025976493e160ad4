import type {
  Consumer,
  DtlsParameters,
  Producer,
  Router,
  RtpCapabilities,
  RtpParameters,
  WebRtcTransport,
} from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type {
  ConsumerWish,
  ProducerInfo,
  RtpCapabilitiesWire,
  RtpParametersWire,
} from '../../shared/protocol/media.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import type { Source } from '../../shared/records/record.ts';
import type { TurnConfig } from '../config/config.ts';
import { type Log, logTag } from '../log.ts';
import { ProducerAnnouncer } from './announcer.ts';
import { refusalOfOffer, routerCapabilities, withAllowedExtensions } from './codecs.ts';
import { grant } from './consumerWish.ts';
import { toProtocolError } from './engineError.ts';
import type { MediaRoomListener } from './events.ts';
import { iceServers } from './iceServers.ts';
import type { DtlsParametersWire, IceParametersWire, MediaRoom, TransportWire } from './mediaRoom.ts';
import { type OwnConsumer, type OwnTransport, Peer } from './peer.ts';
import type { Seat, Sitter, WorkerPool } from './workerPool.ts';

export interface RoomOptions {
  readonly meeting: MeetingId;
  readonly pool: WorkerPool;
  readonly turn: TurnConfig | null;
  readonly log: Log;
  readonly tell: MediaRoomListener;
  /** Shown every router the meeting runs on: the first, and those after a worker's death. */
  readonly onRouter?: ((router: Router, meeting: MeetingId) => void) | undefined;
  readonly onClosed?: () => void;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** A device's demands for key frames of one consumer are passed on this often at most, in ms. */
const KEY_FRAME_INTERVAL = 500;

/** Start of the estimate of what a receiver can take, and a ceiling for what one device may send, in bit/s. */
const FIRST_OUTGOING_BITRATE = 1_000_000;
const HIGHEST_INCOMING_BITRATE = 10_000_000;

interface Offered {
  readonly producer: Producer;
  readonly peer: Peer;
  readonly source: Source;
}

/** See MediaRoom. Lives on one router; when its worker dies, it takes another seat, empty, and says `media:reset`. */
export class Room implements MediaRoom, Sitter {
  readonly #options: RoomOptions;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #announcer: ProducerAnnouncer;
  readonly #peers = new Map<DeviceKey, Peer>();
  readonly #offered = new Map<string, Offered>();
  #seat: Seat | null = null;
  #closed = false;

  private constructor(options: RoomOptions) {
    this.#options = options;
    this.#log = options.log.child({ room: logTag(options.meeting) });
    this.#now = options.now ?? (() => performance.now());
    this.#announcer = new ProducerAnnouncer((event) =>
      this.#tell({ to: 'everyone', name: 'media:producers', event }),
    );
  }

  /** A room on a worker. Throws ProtocolError `media-unavailable`. */
  static async open(options: RoomOptions): Promise<Room> {
    const room = new Room(options);
    await room.#sit();
    return room;
  }

  load(): number {
    let load = this.#offered.size;
    for (const peer of this.#peers.values()) load += peer.consumers.size;
    return load;
  }

  lost(): void {
    if (this.#closed) return;
    this.#seat = null;
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#offered.clear();
    this.#announcer.clear();
    void this.#sitAgain();
  }

  rtpCapabilities(): RtpCapabilitiesWire {
    return routerCapabilities;
  }

  async createTransport(device: DeviceKey, direction: 'send' | 'receive'): Promise<TransportWire> {
    const { router, webRtcServer } = this.#seated();
    const peer = this.#peers.get(device) ?? new Peer(device);
    this.#peers.set(device, peer);
    const made = await this.#guarded(() =>
      peer.make(
        'transports',
        async () => {
          const transport = await router.createWebRtcTransport({
            webRtcServer,
            preferUdp: true,
            initialAvailableOutgoingBitrate: FIRST_OUTGOING_BITRATE,
          });
          if (direction === 'send') await transport.setMaxIncomingBitrate(HIGHEST_INCOMING_BITRATE);
          return transport;
        },
        (transport) => transport.close(),
      ),
    );
    this.#adopt(peer, { transport: made, direction });
    return {
      id: made.id,
      iceParameters: made.iceParameters,
      iceCandidates: made.iceCandidates,
      dtlsParameters: made.dtlsParameters,
      iceServers: iceServers(this.#options.turn),
    };
  }

  async connectTransport(device: DeviceKey, transportId: string, dtls: DtlsParametersWire): Promise<void> {
    const { transport } = this.#peer(device).transport(transportId);
    if (dtls.fingerprints.some(({ algorithm }) => !/^sha-(256|384|512)$/.test(algorithm))) {
      throw new ProtocolError('bad-request');
    }
    // The check above leaves only algorithms of mediasoup's list.
    await this.#guarded(() => transport.connect({ dtlsParameters: dtls as DtlsParameters }));
  }

  async restartIce(device: DeviceKey, transportId: string): Promise<{ iceParameters: IceParametersWire }> {
    const { transport } = this.#peer(device).transport(transportId);
    return { iceParameters: await this.#guarded(() => transport.restartIce()) };
  }

  closeTransport(device: DeviceKey, transportId: string): void {
    this.#peer(device).transport(transportId).transport.close();
  }

  async produce(device: DeviceKey, offer: RequestOf<'media:produce'>): Promise<ResponseOf<'media:produce'>> {
    const { kind, source, paused } = offer;
    const peer = this.#peer(device);
    const transport = transportFor(peer, offer.transportId, 'send');
    if (refusalOfOffer(offer) !== null) throw new ProtocolError('bad-request');
    // The old one goes first: on the same transport the new one may reuse its MID.
    this.#closeSource(peer, source);
    const producer = await this.#guarded(() =>
      peer.make(
        'producers',
        // The wire schema is mediasoup's type, with `undefined` where it has optional properties.
        () => transport.produce({ kind, paused, rtpParameters: offer.rtpParameters as RtpParameters }),
        (made) => made.close(),
      ),
    );
    this.#closeSource(peer, source);
    this.#offer(peer, source, producer);
    return { producerId: producer.id };
  }

  async setProducer(
    device: DeviceKey,
    producerId: string,
    state: 'paused' | 'live' | 'closed',
  ): Promise<void> {
    const { producer } = this.#peer(device).producer(producerId);
    if (state === 'closed') {
      producer.close();
      return;
    }
    const paused = state === 'paused';
    if (producer.paused === paused) return;
    await this.#guarded(() => (paused ? producer.pause() : producer.resume()));
    if (!producer.closed) this.#announcer.changed(producerId, paused);
  }

  async consume(device: DeviceKey, wish: RequestOf<'media:consume'>): Promise<ResponseOf<'media:consume'>> {
    const peer = this.#peer(device);
    const transport = transportFor(peer, wish.transportId, 'receive');
    const offered = this.#offered.get(wish.producerId);
    if (!offered) throw new ProtocolError('not-found');
    const { producer } = offered;
    const capabilities = withAllowedExtensions(wish.rtpCapabilities) as RtpCapabilities; // As in produce().
    if (!this.#seated().router.canConsume({ producerId: producer.id, rtpCapabilities: capabilities })) {
      throw new ProtocolError('bad-request');
    }
    for (const { consumer } of peer.consumers.values()) {
      if (consumer.producerId === producer.id) consumer.close();
    }
    const consumer = await this.#guarded(() =>
      peer.make(
        'consumers',
        () => transport.consume({ producerId: producer.id, rtpCapabilities: capabilities, paused: true }),
        (made) => made.close(),
      ),
    );
    // The producer may have gone while the worker was asked; its consumer has then been closed unseen.
    if (consumer.closed || producer.closed) {
      consumer.close();
      throw new ProtocolError('not-found');
    }
    this.#subscribe(peer, consumer);
    return {
      consumerId: consumer.id,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters as RtpParametersWire, // As in produce().
      type: consumer.type,
      producerPaused: consumer.producerPaused,
    };
  }

  async setConsumers(device: DeviceKey, wishes: readonly ConsumerWish[]): Promise<void> {
    const peer = this.#peer(device);
    const own = wishes.flatMap((wish) => {
      const found = peer.consumers.get(wish.consumerId);
      return found ? [{ wish, consumer: found.consumer }] : [];
    });
    if (own.length === 0) throw new ProtocolError('not-found');
    await this.#guarded(() => Promise.all(own.map(({ consumer, wish }) => grant(consumer, wish))));
  }

  closeConsumer(device: DeviceKey, consumerId: string): void {
    this.#peer(device).consumer(consumerId).consumer.close();
  }

  async requestKeyFrame(device: DeviceKey, consumerId: string): Promise<void> {
    const own = this.#peer(device).consumer(consumerId);
    if (own.consumer.kind !== 'video') throw new ProtocolError('bad-request');
    const now = this.#now();
    if (now - own.keyFrameAskedAt < KEY_FRAME_INTERVAL) return;
    own.keyFrameAskedAt = now;
    await this.#guarded(() => own.consumer.requestKeyFrame());
  }

  producers(): ProducerInfo[] {
    return [...this.#offered.values()].map(describe);
  }

  closeDevice(device: DeviceKey): void {
    const peer = this.#peers.get(device);
    this.#peers.delete(device);
    peer?.close();
  }

  stopSources(device: DeviceKey, sources: readonly Source[]): void {
    const peer = this.#peers.get(device);
    if (!peer) return;
    for (const source of sources) {
      for (const producerId of this.#closeSource(peer, source)) {
        this.#tell({ to: device, name: 'media:producerStopped', event: { producerId } });
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#announcer.close();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#offered.clear();
    this.#seat?.release();
    this.#seat = null;
    this.#options.onClosed?.();
  }

  #tell: MediaRoomListener = (event) => {
    if (!this.#closed) this.#options.tell(event);
  };

  #seated(): Seat {
    if (!this.#seat) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
    return this.#seat;
  }

  #peer(device: DeviceKey): Peer {
    this.#seated();
    const peer = this.#peers.get(device);
    if (!peer) throw new ProtocolError('not-found');
    return peer;
  }

  async #sit(): Promise<void> {
    const seat = await this.#options.pool.place(this);
    if (this.#closed) {
      seat.release();
      return;
    }
    this.#seat = seat;
    this.#options.onRouter?.(seat.router, this.#options.meeting);
  }

  async #sitAgain(): Promise<void> {
    while (!this.#closed && !this.#options.pool.closed) {
      try {
        await this.#sit();
        this.#tell({ to: 'everyone', name: 'media:reset', event: {} });
        return;
      } catch (error) {
        this.#log.warn({ error }, 'room waits for a media worker');
      }
    }
  }

  /** Work on the engine, failing in words that the caller may see. */
  async #guarded<Value>(work: () => Promise<Value>): Promise<Value> {
    const seat = this.#seated();
    try {
      return await work();
    } catch (error) {
      throw toProtocolError(error, {
        lost: this.#seat !== seat || seat.router.closed,
        onUnexpected: () => this.#log.warn({ error }, 'media worker refused'),
      });
    }
  }

  #adopt(peer: Peer, own: OwnTransport): void {
    const { transport } = own;
    peer.transports.set(transport.id, own);
    transport.observer.once('close', () => peer.transports.delete(transport.id));
    // A closed tab says goodbye at this level first; its streams end for the others at once.
    transport.on('dtlsstatechange', (state) => {
      if (state === 'closed' || state === 'failed') transport.close();
    });
  }

  #offer(peer: Peer, source: Source, producer: Producer): void {
    const offered = { producer, peer, source };
    peer.producers.set(producer.id, { producer, source });
    this.#offered.set(producer.id, offered);
    this.#announcer.added(describe(offered));
    producer.observer.once('close', () => {
      peer.producers.delete(producer.id);
      if (this.#offered.delete(producer.id)) this.#announcer.removed(producer.id);
    });
  }

  #subscribe(peer: Peer, consumer: Consumer): void {
    const { device } = peer;
    const consumerId = consumer.id;
    const own: OwnConsumer = { consumer, keyFrameAskedAt: Number.NEGATIVE_INFINITY };
    peer.consumers.set(consumerId, own);
    consumer.observer.once('close', () => peer.consumers.delete(consumerId));
    consumer.on('producerclose', () =>
      this.#tell({ to: device, name: 'media:consumerClosed', event: { consumerId } }),
    );
    consumer.on('layerschange', (layers) =>
      this.#tell({
        to: device,
        name: 'media:consumerLayers',
        event: {
          consumerId,
          spatialLayer: layers?.spatialLayer ?? null,
          temporalLayer: layers?.temporalLayer ?? null,
        },
      }),
    );
    consumer.on('score', ({ score, producerScore }) =>
      this.#tell({
        to: device,
        name: 'media:consumerScore',
        event: { consumerId, score, producerScore },
      }),
    );
  }

  #closeSource(peer: Peer, source: Source): string[] {
    const same = [...peer.producers.values()].filter((own) => own.source === source);
    for (const { producer } of same) producer.close();
    return same.map(({ producer }) => producer.id);
  }
}

function describe({ producer, peer, source }: Offered): ProducerInfo {
  return { producerId: producer.id, device: peer.device, source, paused: producer.paused };
}

function transportFor(peer: Peer, id: string, direction: 'send' | 'receive'): WebRtcTransport {
  const own = peer.transport(id);
  if (own.direction !== direction) throw new ProtocolError('bad-request');
  return own.transport;
}
