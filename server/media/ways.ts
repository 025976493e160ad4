import { setTimeout } from 'node:timers/promises';
import type { WebRtcTransport } from 'mediasoup/types';
import type { Loans } from './loans.ts';
import type { OwnTransport, Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Seats } from './seats.ts';
import type { Streams } from './streams.ts';
import type { Subscriptions } from './subscriptions.ts';

/** A device that sends anything is heard within this. In ms. */
const LISTENING_MS = 100;

export interface WaysParts {
  readonly seats: Pick<Seats, 'ask'>;
  readonly peers: Peers;
  readonly streams: Streams;
  readonly subscriptions: Subscriptions;
  readonly loans: Loans;
}

/** What streams need when a device's way to this node, or from it, is lost and another one is found. */
export class Ways {
  readonly #parts: WaysParts;
  /** Those of which nothing came when they looked for another way. */
  readonly #silent = new WeakSet<Peer>();

  constructor(parts: WaysParts) {
    this.#parts = parts;
  }

  /** A device looks for another way for one of its transports. */
  sought(peer: Peer, { transport, direction }: OwnTransport): void {
    // Without it, what comes by the new way begins later. Nothing is to be done for a transport that closes.
    if (direction === 'send') this.#forgetLost(peer, transport).catch(() => undefined);
  }

  /** Packets take another way. Pictures go on from a key frame: nothing else says that what was on the old one is lost. */
  found(peer: Peer, direction: 'send' | 'receive'): void {
    if (direction === 'receive') return this.#parts.subscriptions.wayChanged(peer);
    const silent = this.#silent.delete(peer);
    for (const producerId of peer.producers.keys()) {
      // One that ends meanwhile needs none.
      this.#beginAnew(producerId, silent).catch(() => undefined);
    }
  }

  /** Where nothing comes any more, before anything does: the first packet would have the lost ones asked for at once. */
  async #forgetLost(peer: Peer, transport: WebRtcTransport): Promise<void> {
    const { seats, streams } = this.#parts;
    const received = async () => {
      const stats = await seats.ask(peer.seat, () => transport.getStats());
      return stats.reduce((sum, { rtpBytesReceived }) => sum + rtpBytesReceived, 0);
    };
    const before = await received();
    await setTimeout(LISTENING_MS);
    if (transport.closed || (await received()) > before) return;
    this.#silent.add(peer);
    await Promise.all(
      [...peer.producers.keys()].map((producerId) => streams.forgetLost(streams.get(producerId))),
    );
  }

  async #beginAnew(producerId: string, silent: boolean): Promise<void> {
    const { streams, subscriptions, loans, peers } = this.#parts;
    if (await streams.beginAnew(streams.get(producerId), silent)) return;
    subscriptions.sentAnotherWay(producerId, peers.all());
    await loans.refresh(producerId);
  }
}
