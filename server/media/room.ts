import type {
  Consumer,
  DtlsParameters,
  Producer,
  Router,
  RtpCapabilities,
  RtpParameters,
  TransportListenInfo,
  WebRtcTransport,
} from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type { ConsumerWish, ProducerInfo, RtpParametersWire } from '../../shared/protocol/media.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import type { Source } from '../../shared/records/record.ts';
import type { TurnConfig } from '../config/config.ts';
import { type Log, logTag } from '../log.ts';
import type { Branch, BranchListener, CrossingEnd, Lent } from './branch.ts';
import { refusalOfOffer, withAllowedExtensions } from './codecs.ts';
import { grant } from './consumerWish.ts';
import { Crossings } from './crossings.ts';
import { Demands } from './demands.ts';
import { toProtocolError } from './engineError.ts';
import type { MediaRoomEvent } from './events.ts';
import { iceServers } from './iceServers.ts';
import type { DtlsParametersWire, IceParametersWire, TransportWire } from './mediaRoom.ts';
import { type OwnConsumer, type OwnTransport, Peer } from './peer.ts';
import { Pipes } from './pipes.ts';
import { EXPECTED_STREAMS } from './placement.ts';
import { Seats } from './seats.ts';
import type { Seat, WorkerPool } from './workerPool.ts';

export interface RoomOptions {
  readonly meeting: MeetingId;
  readonly pool: WorkerPool;
  readonly turn: TurnConfig | null;
  readonly log: Log;
  readonly tell: BranchListener;
  /** Where the ways to other nodes listen. */
  readonly crossingListen: () => Promise<TransportListenInfo>;
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

/** A stream that devices here may subscribe to: one of theirs, or a borrowed one. */
interface Offered {
  readonly producer: Producer;
  /** Where it comes in. */
  readonly seat: Seat;
  readonly device: DeviceKey;
  readonly source: Source;
}

/**
 * A branch on this machine. Lives on one router while that one's worker has room, then on more, with the streams piped
 * between them. When a worker dies, the devices that sat there are told `media:reset` and find a seat elsewhere, empty.
 */
export class Room implements Branch {
  readonly #options: RoomOptions;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #seats: Seats;
  readonly #pipes = new Pipes();
  readonly #crossings: Crossings;
  readonly #demands: Demands;
  readonly #peers = new Map<DeviceKey, Peer>();
  readonly #arriving = new Map<DeviceKey, Promise<Peer>>();
  readonly #offered = new Map<string, Offered>();
  #closed = false;

  private constructor(options: RoomOptions) {
    this.#options = options;
    this.#log = options.log.child({ room: logTag(options.meeting) });
    this.#now = options.now ?? (() => performance.now());
    this.#seats = new Seats({
      pool: options.pool,
      load: (seat) => this.#loadOn(seat),
      lost: (seat, last) => this.#lost(seat, last),
      onRouter: (router) => options.onRouter?.(router, options.meeting),
    });
    this.#crossings = new Crossings(options.crossingListen, (crossing) =>
      this.#emit({ kind: 'crossingLost', crossing }),
    );
    this.#demands = new Demands((producerId, demand) => this.#emit({ kind: 'demand', producerId, demand }));
  }

  /** A room on a worker. Throws ProtocolError `media-unavailable`. */
  static async open(options: RoomOptions): Promise<Room> {
    const room = new Room(options);
    await room.#seats.next();
    return room;
  }

  async createTransport(device: DeviceKey, direction: 'send' | 'receive'): Promise<TransportWire> {
    const peer = this.#peers.get(device) ?? this.#admit(device) ?? (await this.#arrive(device));
    const { router, webRtcServer } = peer.seat;
    const made = await this.#guarded(peer.seat, () =>
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
    const peer = this.#peer(device);
    const { transport } = peer.transport(transportId);
    if (dtls.fingerprints.some(({ algorithm }) => !/^sha-(256|384|512)$/.test(algorithm))) {
      throw new ProtocolError('bad-request');
    }
    // The check above leaves only algorithms of mediasoup's list.
    await this.#guarded(peer.seat, () => transport.connect({ dtlsParameters: dtls as DtlsParameters }));
  }

  async restartIce(device: DeviceKey, transportId: string): Promise<{ iceParameters: IceParametersWire }> {
    const peer = this.#peer(device);
    const { transport } = peer.transport(transportId);
    return { iceParameters: await this.#guarded(peer.seat, () => transport.restartIce()) };
  }

  async closeTransport(device: DeviceKey, transportId: string): Promise<void> {
    this.#peer(device).transport(transportId).transport.close();
  }

  async produce(device: DeviceKey, offer: RequestOf<'media:produce'>): Promise<ResponseOf<'media:produce'>> {
    const { kind, source, paused } = offer;
    const peer = this.#peer(device);
    const transport = transportFor(peer, offer.transportId, 'send');
    if (refusalOfOffer(offer) !== null) throw new ProtocolError('bad-request');
    // The old one goes first: on the same transport the new one may reuse its MID.
    this.#closeSource(peer, source);
    const producer = await this.#guarded(peer.seat, () =>
      peer.make(
        'producers',
        // The wire schema is mediasoup's type, with `undefined` where it has optional properties.
        () => transport.produce({ kind, paused, rtpParameters: offer.rtpParameters as RtpParameters }),
        (made) => made.close(),
      ),
    );
    this.#closeSource(peer, source);
    this.#offer(peer, source, producer);
    return { producerId: producer.id, paused };
  }

  async setProducer(
    device: DeviceKey,
    producerId: string,
    state: 'paused' | 'live' | 'closed',
  ): Promise<void> {
    const peer = this.#peer(device);
    const { producer } = peer.producer(producerId);
    if (state === 'closed') {
      producer.close();
      return;
    }
    const paused = state === 'paused';
    if (producer.paused === paused) return;
    await this.#guarded(peer.seat, async () => {
      await (paused ? producer.pause() : producer.resume());
      await this.#pipes.follow(producer);
    });
    const offered = this.#offered.get(producerId);
    if (offered) this.#emit({ kind: 'stream', stream: describe(offered) });
  }

  async consume(device: DeviceKey, wish: RequestOf<'media:consume'>): Promise<ResponseOf<'media:consume'>> {
    const peer = this.#peer(device);
    const transport = transportFor(peer, wish.transportId, 'receive');
    const offered = this.#offered.get(wish.producerId);
    if (!offered) throw new ProtocolError('not-found');
    const { producer } = offered;
    await this.#reach(offered, peer);
    const capabilities = withAllowedExtensions(wish.rtpCapabilities) as RtpCapabilities; // As in produce().
    if (!peer.seat.router.canConsume({ producerId: producer.id, rtpCapabilities: capabilities })) {
      throw new ProtocolError('bad-request');
    }
    for (const { consumer } of peer.consumers.values()) {
      if (consumer.producerId === producer.id) consumer.close();
    }
    const consumer = await this.#guarded(peer.seat, () =>
      peer.make(
        'consumers',
        () =>
          transport.consume({
            producerId: producer.id,
            rtpCapabilities: capabilities,
            paused: true,
            // Lost sound is sent again, too, which mediasoup does for pictures alone by itself.
            enableRtx: true,
          }),
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
      producerPaused: producer.paused,
    };
  }

  async setConsumers(device: DeviceKey, wishes: readonly ConsumerWish[]): Promise<void> {
    const peer = this.#peer(device);
    const own = wishes.flatMap((wish) => {
      const found = peer.consumers.get(wish.consumerId);
      return found ? [{ wish, consumer: found.consumer }] : [];
    });
    if (own.length === 0) throw new ProtocolError('not-found');
    await this.#guarded(peer.seat, () =>
      Promise.all(
        own.map(async ({ consumer, wish }) => {
          // First, so that a key frame asked for finds its way to the sender.
          this.#demands.wants(consumer.producerId, consumer.id, !wish.paused);
          await this.#pipes.watch(consumer.producerId, peer.seat, consumer.id, !wish.paused);
          await grant(consumer, wish);
        }),
      ),
    );
  }

  async closeConsumer(device: DeviceKey, consumerId: string): Promise<void> {
    this.#peer(device).consumer(consumerId).consumer.close();
  }

  async requestKeyFrame(device: DeviceKey, consumerId: string): Promise<void> {
    const peer = this.#peer(device);
    const own = peer.consumer(consumerId);
    if (own.consumer.kind !== 'video') throw new ProtocolError('bad-request');
    const now = this.#now();
    if (now - own.keyFrameAskedAt < KEY_FRAME_INTERVAL) return;
    own.keyFrameAskedAt = now;
    await this.#guarded(peer.seat, () => own.consumer.requestKeyFrame());
  }

  async closeDevice(device: DeviceKey): Promise<void> {
    const peer = this.#peers.get(device);
    this.#peers.delete(device);
    this.#arriving.delete(device);
    peer?.close();
  }

  async stopSources(device: DeviceKey, sources: readonly Source[]): Promise<void> {
    const peer = this.#peers.get(device);
    if (!peer) return;
    for (const source of sources) {
      for (const producerId of this.#closeSource(peer, source)) {
        this.#tell({ to: device, name: 'media:producerStopped', event: { producerId } });
      }
    }
  }

  async openCrossing(crossing: string): Promise<CrossingEnd> {
    const seat = this.#seats.any();
    return this.#guarded(seat, () => this.#crossings.open(crossing, seat));
  }

  async connectCrossing(crossing: string, far: CrossingEnd): Promise<void> {
    const seat = this.#crossings.seatOf(crossing);
    await this.#guarded(seat, () => this.#crossings.connect(crossing, far));
  }

  async closeCrossing(crossing: string): Promise<void> {
    this.#crossings.close(crossing);
  }

  async lend(crossing: string, producerId: string): Promise<Lent> {
    const seat = this.#crossings.seatOf(crossing);
    const offered = this.#offered.get(producerId);
    if (!offered) throw new ProtocolError('not-found');
    return this.#guarded(seat, async () => {
      if (offered.seat !== seat) await this.#pipes.reach(offered.producer, offered.seat, seat);
      return this.#crossings.lend(crossing, producerId, () => {
        this.#pipes.watch(producerId, seat, crossing, false).catch(() => undefined);
      });
    });
  }

  async setLent(crossing: string, producerId: string, flowing: boolean): Promise<void> {
    const seat = this.#crossings.seatOf(crossing);
    await this.#guarded(seat, async () => {
      await this.#pipes.watch(producerId, seat, crossing, flowing);
      await this.#crossings.set(crossing, producerId, flowing);
    });
  }

  async endLoan(crossing: string, producerId: string): Promise<void> {
    this.#crossings.endLoan(crossing, producerId);
  }

  async borrow(crossing: string, stream: ProducerInfo, lent: Lent): Promise<void> {
    const seat = this.#crossings.seatOf(crossing);
    const { producerId, device, source } = stream;
    const producer = await this.#guarded(seat, () => this.#crossings.borrow(crossing, stream, lent));
    this.#offered.set(producerId, { producer, seat, device, source });
    this.#demands.follow(producerId);
    producer.observer.once('close', () => {
      this.#pipes.close(producerId);
      this.#demands.forget(producerId);
      this.#offered.delete(producerId);
    });
  }

  async setBorrowed(producerId: string, paused: boolean): Promise<void> {
    const offered = this.#offered.get(producerId);
    if (!offered || offered.producer.paused === paused) return;
    const { producer, seat } = offered;
    await this.#guarded(seat, async () => {
      await (paused ? producer.pause() : producer.resume());
      await this.#pipes.follow(producer);
    });
  }

  async giveBack(producerId: string): Promise<void> {
    this.#offered.get(producerId)?.producer.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#crossings.closeAll();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#offered.clear();
    this.#arriving.clear();
    this.#seats.close();
    this.#options.onClosed?.();
  }

  #emit: BranchListener = (event) => {
    if (!this.#closed) this.#options.tell(event);
  };

  #tell(event: MediaRoomEvent): void {
    this.#emit({ kind: 'tell', event });
  }

  #peer(device: DeviceKey): Peer {
    const peer = this.#peers.get(device);
    if (peer) return peer;
    if (this.#seats.none) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
    throw new ProtocolError('not-found');
  }

  #admit(device: DeviceKey): Peer | null {
    if (this.#seats.none) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
    if (this.#arriving.has(device)) return null;
    const seat = this.#seats.ready();
    if (!seat) return null;
    const peer = new Peer(device, seat);
    this.#peers.set(device, peer);
    return peer;
  }

  /** A device for which the meeting takes one more seat. */
  #arrive(device: DeviceKey): Promise<Peer> {
    const arriving =
      this.#arriving.get(device) ??
      this.#seats.next().then((seat) => {
        const isStill = this.#arriving.get(device) === arriving;
        if (isStill) this.#arriving.delete(device);
        if (!isStill || !this.#seats.has(seat)) throw new ProtocolError('media-unavailable');
        const peer = new Peer(device, seat);
        this.#peers.set(device, peer);
        return peer;
      });
    this.#arriving.set(device, arriving);
    return arriving;
  }

  /** Brings a stream to the seat of a device that wants it. */
  async #reach({ producer, seat }: Offered, peer: Peer): Promise<void> {
    if (seat === peer.seat) return;
    await this.#guarded(peer.seat, () => this.#pipes.reach(producer, seat, peer.seat));
    if (peer.closed) throw new ProtocolError('media-unavailable');
  }

  #loadOn(seat: Seat): number {
    let load = 0;
    for (const peer of this.#peers.values()) {
      if (peer.seat === seat) load += Math.max(EXPECTED_STREAMS, peer.producers.size + peer.consumers.size);
    }
    return load;
  }

  #lost(seat: Seat, last: boolean): void {
    if (this.#closed) return;
    this.#pipes.forget(seat);
    const moved = [...this.#peers.values()].filter((peer) => peer.seat === seat);
    for (const peer of moved) {
      this.#peers.delete(peer.device);
      peer.close();
    }
    if (last) this.#emit({ kind: 'emptied' });
    void this.#sitAgain(last ? ['everyone'] : moved.map(({ device }) => device));
  }

  async #sitAgain(tell: readonly ('everyone' | DeviceKey)[]): Promise<void> {
    while (!this.#closed && !this.#options.pool.closed) {
      try {
        if (this.#seats.none) await this.#seats.next();
        for (const to of tell) this.#tell({ to, name: 'media:reset', event: {} });
        return;
      } catch (error) {
        this.#log.warn({ error }, 'room waits for a media worker');
      }
    }
  }

  /** Work on the engine, failing in words that the caller may see. */
  async #guarded<Value>(seat: Seat, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw toProtocolError(error, {
        lost: !this.#seats.has(seat) || seat.router.closed,
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
    const offered = { producer, seat: peer.seat, device: peer.device, source };
    peer.producers.set(producer.id, { producer, source });
    this.#offered.set(producer.id, offered);
    this.#emit({ kind: 'stream', stream: describe(offered) });
    producer.observer.once('close', () => {
      peer.producers.delete(producer.id);
      this.#pipes.close(producer.id);
      this.#offered.delete(producer.id);
      this.#emit({ kind: 'ended', producerId: producer.id });
    });
  }

  #subscribe(peer: Peer, consumer: Consumer): void {
    const { device } = peer;
    const consumerId = consumer.id;
    const own: OwnConsumer = { consumer, keyFrameAskedAt: Number.NEGATIVE_INFINITY };
    peer.consumers.set(consumerId, own);
    this.#demands.wants(consumer.producerId, consumerId, false);
    consumer.observer.once('close', () => {
      peer.consumers.delete(consumerId);
      this.#demands.gone(consumer.producerId, consumerId);
      // Only lets a stream rest; where that fails the worker is gone.
      this.#pipes.watch(consumer.producerId, peer.seat, consumerId, false).catch(() => undefined);
    });
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

function describe({ producer, device, source }: Offered): ProducerInfo {
  return { producerId: producer.id, device, source, paused: producer.paused };
}

function transportFor(peer: Peer, id: string, direction: 'send' | 'receive'): WebRtcTransport {
  const own = peer.transport(id);
  if (own.direction !== direction) throw new ProtocolError('bad-request');
  return own.transport;
}
