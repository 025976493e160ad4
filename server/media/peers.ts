import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { Peer } from './peer.ts';
import { EXPECTED_STREAMS } from './placement.ts';
import type { Seats } from './seats.ts';
import type { Seat } from './workerPool.ts';

/** The devices of one branch, each at the seat that was found for it. */
export class Peers {
  readonly #seats: Pick<Seats, 'none' | 'has' | 'ready' | 'next'>;
  readonly #here = new Map<DeviceKey, Peer>();
  /** Devices for which one more seat is being taken. */
  readonly #arriving = new Map<DeviceKey, Promise<Peer>>();

  constructor(seats: Pick<Seats, 'none' | 'has' | 'ready' | 'next'>) {
    this.#seats = seats;
  }

  /** Throws ProtocolError: `not-found`, or `media-unavailable` while the branch has no seat at all. */
  get(device: DeviceKey): Peer {
    const peer = this.#here.get(device);
    if (peer) return peer;
    this.#mustHaveSeats();
    throw new ProtocolError('not-found');
  }

  find(device: DeviceKey): Peer | undefined {
    return this.#here.get(device);
  }

  all(): Iterable<Peer> {
    return this.#here.values();
  }

  /** The device, seated now where it was not before. Throws ProtocolError `media-unavailable`. */
  async seat(device: DeviceKey): Promise<Peer> {
    return this.#here.get(device) ?? this.#sit(device) ?? this.#arrive(device);
  }

  /** Ends all of a device. */
  close(device: DeviceKey): void {
    const peer = this.#here.get(device);
    this.#here.delete(device);
    this.#arriving.delete(device);
    peer?.close();
  }

  /** Ends all that sat at a seat which is gone, and says who did. */
  vacate(seat: Seat): DeviceKey[] {
    const moved = [...this.#here.values()].filter((peer) => peer.seat === seat);
    for (const peer of moved) {
      this.#here.delete(peer.device);
      peer.close();
    }
    return moved.map(({ device }) => device);
  }

  /** Streams that the devices at a seat have, or are expected to have. */
  loadOn(seat: Seat): number {
    let load = 0;
    for (const peer of this.#here.values()) {
      if (peer.seat === seat) load += Math.max(EXPECTED_STREAMS, peer.producers.size + peer.consumers.size);
    }
    return load;
  }

  /** Idempotent. */
  closeAll(): void {
    for (const peer of this.#here.values()) peer.close();
    this.#here.clear();
    this.#arriving.clear();
  }

  #mustHaveSeats(): void {
    if (this.#seats.none) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
  }

  /** At a seat that the branch has; null where one must be taken first. */
  #sit(device: DeviceKey): Peer | null {
    this.#mustHaveSeats();
    if (this.#arriving.has(device)) return null;
    const seat = this.#seats.ready();
    return seat && this.#admit(device, seat);
  }

  #arrive(device: DeviceKey): Promise<Peer> {
    const arriving =
      this.#arriving.get(device) ??
      this.#seats.next().then((seat) => {
        const isStill = this.#arriving.get(device) === arriving;
        if (isStill) this.#arriving.delete(device);
        if (!isStill || !this.#seats.has(seat)) throw new ProtocolError('media-unavailable');
        return this.#admit(device, seat);
      });
    this.#arriving.set(device, arriving);
    return arriving;
  }

  #admit(device: DeviceKey, seat: Seat): Peer {
    const peer = new Peer(device, seat);
    this.#here.set(device, peer);
    return peer;
  }
}
