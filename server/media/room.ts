import type { DtlsParameters, Producer, Router, RtpParameters, TransportListenInfo } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type { ConsumerWish, ProducerInfo } from '../../shared/protocol/media.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import type { Source } from '../../shared/records/record.ts';
import type { TurnConfig } from '../config/config.ts';
import { type Log, logTag } from '../log.ts';
import type { Branch, BranchListener, CrossingEnd, Lent } from './branch.ts';
import { refusalOfOffer } from './codecs.ts';
import { Demands } from './demands.ts';
import type { MediaRoomEvent } from './events.ts';
import { iceServers } from './iceServers.ts';
import { Loans } from './loans.ts';
import type { DtlsParametersWire, IceParametersWire, TransportWire } from './mediaRoom.ts';
import type { OwnTransport, Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { Seats } from './seats.ts';
import { Streams } from './streams.ts';
import { Subscriptions } from './subscriptions.ts';
import { Ways } from './ways.ts';
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

/** Start of the estimate of what a receiver can take, and a ceiling for what one device may send, in bit/s. */
const FIRST_OUTGOING_BITRATE = 1_000_000;
const HIGHEST_INCOMING_BITRATE = 10_000_000;

/**
 * A branch on this machine. Lives on one router while that one's worker has room, then on more, with the streams piped
 * between them. When a worker dies, the devices that sat there are told `media:reset` and find a seat elsewhere, empty.
 */
export class Room implements Branch {
  readonly #options: RoomOptions;
  readonly #log: Log;
  readonly #seats: Seats;
  readonly #peers: Peers;
  readonly #streams: Streams;
  readonly #subscriptions: Subscriptions;
  readonly #loans: Loans;
  readonly #ways: Ways;
  #closed = false;

  private constructor(options: RoomOptions) {
    const { meeting, pool, onRouter, crossingListen, now = () => performance.now() } = options;
    this.#options = options;
    this.#log = options.log.child({ room: logTag(meeting) });
    const seats = new Seats({
      pool,
      log: this.#log,
      load: (seat) => this.#peers.loadOn(seat),
      lost: (seat, last) => this.#lost(seat, last),
      onRouter: (router) => onRouter?.(router, meeting),
    });
    const streams = new Streams(seats);
    const demands = new Demands((producerId, demand) => this.#emit({ kind: 'demand', producerId, demand }));
    this.#seats = seats;
    this.#peers = new Peers(seats);
    this.#streams = streams;
    this.#subscriptions = new Subscriptions({
      seats,
      streams,
      demands,
      tell: (event) => this.#tell(event),
      now,
    });
    this.#loans = new Loans({
      seats,
      streams,
      demands,
      listen: crossingListen,
      lost: (crossing) => this.#emit({ kind: 'crossingLost', crossing }),
    });
    this.#ways = new Ways({
      seats,
      peers: this.#peers,
      streams,
      subscriptions: this.#subscriptions,
      loans: this.#loans,
    });
  }

  /** A room on a worker. Throws ProtocolError `media-unavailable`. */
  static async open(options: RoomOptions): Promise<Room> {
    const room = new Room(options);
    await room.#seats.next();
    return room;
  }

  async createTransport(device: DeviceKey, direction: 'send' | 'receive'): Promise<TransportWire> {
    const peer = await this.#peers.seat(device);
    const { router, webRtcServer } = peer.seat;
    const made = await this.#seats.ask(peer.seat, () =>
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
    // The device has one of a direction. Of an older one it may not know, or its wish to close it was lost on the way.
    for (const older of [...peer.transports.values()]) {
      if (older.direction === direction) older.transport.close();
    }
    adopt(peer, { transport: made, direction });
    made.on('iceselectedtuplechange', () => this.#ways.found(peer, direction));
    return {
      id: made.id,
      iceParameters: made.iceParameters,
      iceCandidates: made.iceCandidates,
      dtlsParameters: made.dtlsParameters,
      iceServers: iceServers(this.#options.turn),
    };
  }

  async connectTransport(device: DeviceKey, transportId: string, dtls: DtlsParametersWire): Promise<void> {
    const peer = this.#peers.get(device);
    const { transport } = peer.transport(transportId);
    if (dtls.fingerprints.some(({ algorithm }) => !/^sha-(256|384|512)$/.test(algorithm))) {
      throw new ProtocolError('bad-request');
    }
    // The check above leaves only algorithms of mediasoup's list.
    await this.#seats.ask(peer.seat, () => transport.connect({ dtlsParameters: dtls as DtlsParameters }));
  }

  async restartIce(device: DeviceKey, transportId: string): Promise<{ iceParameters: IceParametersWire }> {
    const peer = this.#peers.get(device);
    const own = peer.transport(transportId);
    const iceParameters = await this.#seats.ask(peer.seat, () => own.transport.restartIce());
    this.#ways.sought(peer, own);
    return { iceParameters };
  }

  async closeTransport(device: DeviceKey, transportId: string): Promise<void> {
    this.#peers.get(device).transport(transportId).transport.close();
  }

  async produce(device: DeviceKey, offer: RequestOf<'media:produce'>): Promise<ResponseOf<'media:produce'>> {
    const { kind, source, paused } = offer;
    const peer = this.#peers.get(device);
    const transport = peer.transportFor(offer.transportId, 'send');
    if (refusalOfOffer(offer) !== null) throw new ProtocolError('bad-request');
    // The old one goes first: on the same transport the new one may reuse its MID.
    closeSource(peer, source);
    const producer = await this.#seats.ask(peer.seat, () =>
      peer.make(
        'producers',
        // The wire schema is mediasoup's type, with `undefined` where it has optional properties.
        () => transport.produce({ kind, paused, rtpParameters: offer.rtpParameters as RtpParameters }),
        (made) => made.close(),
      ),
    );
    closeSource(peer, source);
    this.#offer(peer, source, producer);
    return { producerId: producer.id, paused };
  }

  async setProducer(
    device: DeviceKey,
    producerId: string,
    state: 'paused' | 'live' | 'closed',
  ): Promise<void> {
    const { producer } = this.#peers.get(device).producer(producerId);
    if (state === 'closed') {
      producer.close();
      return;
    }
    const stream = this.#streams.get(producerId);
    const changed = await this.#streams.setPaused(stream, state === 'paused');
    if (changed) this.#emit({ kind: 'stream', stream: this.#streams.info(stream) });
  }

  async consume(device: DeviceKey, wish: RequestOf<'media:consume'>): Promise<ResponseOf<'media:consume'>> {
    return this.#subscriptions.open(this.#peers.get(device), wish);
  }

  async setConsumers(device: DeviceKey, wishes: readonly ConsumerWish[]): Promise<void> {
    await this.#subscriptions.set(this.#peers.get(device), wishes);
  }

  async closeConsumer(device: DeviceKey, consumerId: string): Promise<void> {
    this.#peers.get(device).consumer(consumerId).consumer.close();
  }

  async requestKeyFrame(device: DeviceKey, consumerId: string): Promise<void> {
    await this.#subscriptions.requestKeyFrame(this.#peers.get(device), consumerId);
  }

  async closeDevice(device: DeviceKey): Promise<void> {
    this.#peers.close(device);
  }

  async stopSources(device: DeviceKey, sources: readonly Source[]): Promise<void> {
    const peer = this.#peers.find(device);
    if (!peer) return;
    for (const source of sources) {
      for (const producerId of closeSource(peer, source)) {
        this.#tell({ to: device, name: 'media:producerStopped', event: { producerId } });
      }
    }
  }

  openCrossing(crossing: string): Promise<CrossingEnd> {
    return this.#loans.openCrossing(crossing);
  }

  connectCrossing(crossing: string, far: CrossingEnd): Promise<void> {
    return this.#loans.connectCrossing(crossing, far);
  }

  async closeCrossing(crossing: string): Promise<void> {
    this.#loans.closeCrossing(crossing);
  }

  lend(crossing: string, producerId: string): Promise<Lent> {
    return this.#loans.lend(crossing, producerId);
  }

  setLent(crossing: string, producerId: string, flowing: boolean): Promise<void> {
    return this.#loans.setLent(crossing, producerId, flowing);
  }

  async endLoan(crossing: string, producerId: string): Promise<void> {
    this.#loans.endLoan(crossing, producerId);
  }

  borrow(crossing: string, info: ProducerInfo, lent: Lent): Promise<void> {
    return this.#loans.borrow(crossing, info, lent);
  }

  async setBorrowed(producerId: string, paused: boolean): Promise<void> {
    const stream = this.#streams.find(producerId);
    if (stream) await this.#streams.setPaused(stream, paused);
  }

  async giveBack(producerId: string): Promise<void> {
    this.#streams.find(producerId)?.producer.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#loans.close();
    this.#peers.closeAll();
    this.#streams.close();
    this.#seats.close();
    this.#options.onClosed?.();
  }

  #emit: BranchListener = (event) => {
    if (!this.#closed) this.#options.tell(event);
  };

  #tell(event: MediaRoomEvent): void {
    this.#emit({ kind: 'tell', event });
  }

  #offer(peer: Peer, source: Source, producer: Producer): void {
    const { device, seat, producers } = peer;
    const stream = { producer, seat, device, source };
    producers.set(producer.id, { producer, source });
    this.#streams.add(stream, () => {
      producers.delete(producer.id);
      this.#emit({ kind: 'ended', producerId: producer.id });
    });
    this.#emit({ kind: 'stream', stream: this.#streams.info(stream) });
  }

  #lost(seat: Seat, last: boolean): void {
    if (this.#closed) return;
    this.#streams.forget(seat);
    const moved = this.#peers.vacate(seat);
    if (last) this.#emit({ kind: 'emptied' });
    void this.#sitAgain(last ? ['everyone'] : moved);
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
}

function adopt({ transports }: Peer, own: OwnTransport): void {
  const { transport } = own;
  transports.set(transport.id, own);
  transport.observer.once('close', () => transports.delete(transport.id));
  // A closed tab says goodbye at this level first; its streams end for the others at once.
  transport.on('dtlsstatechange', (state) => {
    if (state === 'closed' || state === 'failed') transport.close();
  });
}

/** Ends what a device sends from a source, and says which producers those were. */
function closeSource(peer: Peer, source: Source): string[] {
  const same = [...peer.producers.values()].filter((own) => own.source === source);
  for (const { producer } of same) producer.close();
  return same.map(({ producer }) => producer.id);
}
