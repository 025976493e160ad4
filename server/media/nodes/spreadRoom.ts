import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { ConsumerWish, ProducerInfo, RtpCapabilitiesWire } from '../../../shared/protocol/media.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import type { Source } from '../../../shared/records/record.ts';
import type { NodeId } from '../../cluster/cluster.ts';
import { ProducerAnnouncer } from '../announcer.ts';
import type { Branch, BranchEvent, BranchListener } from '../branch.ts';
import { routerCapabilities } from '../codecs.ts';
import { DeviceCap } from '../deviceCap.ts';
import type { MediaRoomEvent, MediaRoomListener } from '../events.ts';
import type {
  DtlsParametersWire,
  IceParametersWire,
  MediaRoom,
  Standing,
  TransportWire,
} from '../mediaRoom.ts';
import { Carriage } from './carriage.ts';
import type { Station } from './station.ts';

/** The nodes around a meeting, as its owner sees them. */
export interface Surroundings {
  /** The owner. */
  readonly self: NodeId;
  /** The node for a device's media. `near`: the one it is connected to; `using`: those that serve the meeting already. */
  choose(near: NodeId, using: ReadonlySet<NodeId>): NodeId;
  /** Whether the meeting's rules allow a node. */
  allows(node: NodeId): boolean;
  /** What a device is told of the node at the other end. */
  fields(node: NodeId): Pick<TransportWire, 'node' | 'site'>;
  /** Throws ProtocolError `media-unavailable`, `region-unavailable`. */
  open(node: NodeId, listener: BranchListener): Promise<Branch>;
}

interface Offered {
  readonly stream: ProducerInfo;
  readonly station: Station;
}

/**
 * See MediaRoom. Each device is attached to one node, where its transports end; streams go from node to node for those who
 * subscribe. All on one node is the usual case, and the only one on a site of one server.
 */
export class SpreadRoom implements MediaRoom {
  readonly #around: Surroundings;
  readonly #listener: MediaRoomListener;
  readonly #announcer: ProducerAnnouncer;
  readonly #microphones = new DeviceCap(limits.openMicrophones);
  readonly #stage = new DeviceCap(limits.stage);
  readonly #carriage = new Carriage();
  readonly #stations = new Map<NodeId, Promise<Station>>();
  readonly #open = new Set<Station>();
  readonly #attached = new Map<DeviceKey, Station>();
  readonly #arriving = new Map<DeviceKey, Promise<Station>>();
  readonly #offered = new Map<string, Offered>();
  #closed = false;

  private constructor(around: Surroundings, listener: MediaRoomListener) {
    this.#around = around;
    this.#listener = listener;
    this.#announcer = new ProducerAnnouncer((event) =>
      this.#tell({ to: 'everyone', name: 'media:producers', event }),
    );
  }

  /** A room on its owner. Throws ProtocolError `media-unavailable`. */
  static async open(around: Surroundings, listener: MediaRoomListener): Promise<SpreadRoom> {
    const room = new SpreadRoom(around, listener);
    await room.#station(around.self);
    return room;
  }

  rtpCapabilities(): RtpCapabilitiesWire {
    return routerCapabilities;
  }

  async createTransport(
    device: DeviceKey,
    direction: 'send' | 'receive',
    near: NodeId = this.#around.self,
  ): Promise<TransportWire> {
    const { node, branch } = this.#attached.get(device) ?? (await this.#arrive(device, near));
    return { ...(await branch.createTransport(device, direction)), ...this.#around.fields(node) };
  }

  async connectTransport(device: DeviceKey, transportId: string, dtls: DtlsParametersWire): Promise<void> {
    await this.#of(device).branch.connectTransport(device, transportId, dtls);
  }

  async restartIce(device: DeviceKey, transportId: string): Promise<{ iceParameters: IceParametersWire }> {
    return this.#of(device).branch.restartIce(device, transportId);
  }

  async closeTransport(device: DeviceKey, transportId: string): Promise<void> {
    await this.#of(device).branch.closeTransport(device, transportId);
  }

  async produce(
    device: DeviceKey,
    offer: RequestOf<'media:produce'>,
    { always, stage }: Standing = { always: false, stage: false },
  ): Promise<ResponseOf<'media:produce'>> {
    const { branch } = this.#of(device);
    const produce = () => branch.produce(device, offer);
    const opens = offer.source === 'microphone' && !offer.paused;
    const send = () =>
      opens ? this.#microphones.admit(device, this.#speaking(), always, produce) : produce();
    return stage ? this.#stage.admit(device, this.#sending(), always, send) : send();
  }

  async setProducer(
    device: DeviceKey,
    producerId: string,
    state: 'paused' | 'live' | 'closed',
    always = false,
  ): Promise<void> {
    const { branch } = this.#of(device);
    const stream = this.#offered.get(producerId)?.stream;
    const set = () => branch.setProducer(device, producerId, state);
    const opens = stream?.device === device && stream.source === 'microphone' && state === 'live';
    await (opens ? this.#microphones.admit(device, this.#speaking(), always, set) : set());
  }

  async consume(device: DeviceKey, wish: RequestOf<'media:consume'>): Promise<ResponseOf<'media:consume'>> {
    const to = this.#of(device);
    const offered = this.#offered.get(wish.producerId);
    if (!offered) throw new ProtocolError('not-found');
    const { stream, station } = offered;
    return this.#carriage.with(stream, station, to, () => to.branch.consume(device, wish));
  }

  async setConsumers(device: DeviceKey, wishes: readonly ConsumerWish[]): Promise<void> {
    await this.#of(device).branch.setConsumers(device, wishes);
  }

  async closeConsumer(device: DeviceKey, consumerId: string): Promise<void> {
    await this.#of(device).branch.closeConsumer(device, consumerId);
  }

  async requestKeyFrame(device: DeviceKey, consumerId: string): Promise<void> {
    await this.#of(device).branch.requestKeyFrame(device, consumerId);
  }

  producers(): ProducerInfo[] {
    return [...this.#offered.values()].map(({ stream }) => stream);
  }

  closeDevice(device: DeviceKey): void {
    const station = this.#attached.get(device);
    this.#arriving.delete(device);
    if (station) this.#detach(device, station);
  }

  stopSources(device: DeviceKey, sources: readonly Source[]): void {
    this.#attached
      .get(device)
      ?.branch.stopSources(device, sources)
      .catch(() => undefined);
  }

  rulesChanged(): void {
    // The owner is among the allowed, or the rules would have been refused.
    for (const station of [...this.#open]) if (!this.#mayServe(station)) this.#end(station, true);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#announcer.close();
    for (const { branch } of this.#open) branch.close();
    this.#open.clear();
    this.#stations.clear();
    this.#attached.clear();
    this.#arriving.clear();
    this.#offered.clear();
  }

  #tell(event: MediaRoomEvent): void {
    if (!this.#closed) this.#listener(event);
  }

  #of(device: DeviceKey): Station {
    const station = this.#attached.get(device);
    if (!station) throw new ProtocolError(this.#closed ? 'media-unavailable' : 'not-found');
    return station;
  }

  /** Attaches a device to a node. */
  #arrive(device: DeviceKey, near: NodeId): Promise<Station> {
    const arriving =
      this.#arriving.get(device) ??
      this.#station(this.#around.choose(near, new Set(this.#stations.keys()))).then(
        (station) => {
          const isStill = this.#arriving.get(device) === arriving && this.#open.has(station);
          this.#arriving.delete(device);
          if (!isStill) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
          this.#attached.set(device, station);
          return station;
        },
        (error: unknown) => {
          this.#arriving.delete(device);
          throw error;
        },
      );
    this.#arriving.set(device, arriving);
    return arriving;
  }

  #station(node: NodeId): Promise<Station> {
    const known = this.#stations.get(node);
    if (known) return known;
    const opening = this.#around
      .open(node, (event) => this.#take(station(), event))
      .then((branch) => {
        opened = { node, branch };
        this.#open.add(opened);
        if (this.#closed || !this.#mayServe(opened)) this.#end(opened, false);
        return opened;
      });
    let opened: Station | null = null;
    const station = () => opened;
    this.#stations.set(node, opening);
    opening.catch(() => {
      if (this.#stations.get(node) === opening) this.#stations.delete(node);
    });
    return opening;
  }

  #mayServe({ node }: Station): boolean {
    return node === this.#around.self || this.#around.allows(node);
  }

  #take(station: Station | null, event: BranchEvent): void {
    // Nothing happens at a branch before it is asked for something.
    if (!station || this.#closed) return;
    switch (event.kind) {
      case 'tell':
        this.#pass(station, event.event);
        return;
      case 'stream':
        this.#offer(station, event.stream);
        return;
      case 'ended':
        this.#withdraw(event.producerId);
        return;
      case 'emptied':
        // With the reset everyone asks anew what there is.
        if (this.#stations.size === 1) this.#announcer.clear();
        return;
      case 'demand':
        this.#carriage.demand(event.producerId, station, event.demand);
        return;
      case 'crossingLost':
        this.#carriage.lost(event.crossing);
        return;
      case 'lost':
        this.#end(station, true);
        return;
    }
  }

  #pass(station: Station, event: MediaRoomEvent): void {
    if (event.name !== 'media:reset') return this.#tell(event);
    const others = this.#stations.size > 1;
    const moved = event.to === 'everyone' ? this.#devicesOf(station) : [event.to];
    for (const device of moved) this.#attached.delete(device);
    if (event.to !== 'everyone' || !others) return this.#tell(event);
    for (const to of moved) this.#tell({ to, name: 'media:reset', event: {} });
  }

  #offer(station: Station, stream: ProducerInfo): void {
    const known = this.#offered.get(stream.producerId);
    this.#offered.set(stream.producerId, { stream, station });
    if (!known) return this.#announcer.added(stream);
    this.#announcer.changed(stream.producerId, stream.paused);
    this.#carriage.paused(stream.producerId, stream.paused);
  }

  #withdraw(producerId: string): void {
    if (!this.#offered.delete(producerId)) return;
    this.#carriage.ended(producerId);
    this.#announcer.removed(producerId);
  }

  #detach(device: DeviceKey, station: Station): void {
    this.#attached.delete(device);
    station.branch.closeDevice(device).catch(() => undefined);
    const isIdle = this.#devicesOf(station).length === 0 && this.#arriving.size === 0;
    if (isIdle && station.node !== this.#around.self) this.#end(station, false);
  }

  /** A node takes no further part; its devices set up their media anew, elsewhere. */
  #end(station: Station, tell: boolean): void {
    this.#open.delete(station);
    this.#stations.delete(station.node);
    const moved = this.#devicesOf(station);
    for (const device of moved) this.#attached.delete(device);
    for (const { stream, station: at } of [...this.#offered.values()]) {
      if (at === station) this.#withdraw(stream.producerId);
    }
    this.#carriage.leave(station);
    station.branch.close();
    if (tell) for (const to of moved) this.#tell({ to, name: 'media:reset', event: {} });
  }

  #devicesOf(station: Station): DeviceKey[] {
    return [...this.#attached].filter(([, at]) => at === station).map(([device]) => device);
  }

  /** Devices whose microphone is on. */
  #sending(): Set<DeviceKey> {
    return new Set(this.producers().map(({ device }) => device));
  }

  #speaking(): Set<DeviceKey> {
    const open = this.producers().filter(({ source, paused }) => source === 'microphone' && !paused);
    return new Set(open.map(({ device }) => device));
  }
}
