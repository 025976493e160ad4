import type { Consumer, RtpCapabilities } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { ConsumerWish, RtpParametersWire } from '../../shared/protocol/media.ts';
import type { RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import { withAllowedExtensions } from './codecs.ts';
import { grant } from './consumerWish.ts';
import type { Demands } from './demands.ts';
import type { MediaRoomListener } from './events.ts';
import type { OwnConsumer, Peer } from './peer.ts';
import type { Seats } from './seats.ts';
import type { Streams } from './streams.ts';

export interface SubscriptionsParts {
  readonly seats: Pick<Seats, 'ask'>;
  readonly streams: Streams;
  readonly demands: Demands;
  readonly tell: MediaRoomListener;
  /** Milliseconds. */
  readonly now: () => number;
}

/** A device's demands for key frames of one consumer are passed on this often at most, in ms. */
const KEY_FRAME_INTERVAL = 500;

/** What the devices of one branch receive. Methods refuse as those of MediaRoom do. */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
  }

  /** Subscribes, paused; a second subscription to the same producer replaces the first. */
  async open(peer: Peer, wish: RequestOf<'media:consume'>): Promise<ResponseOf<'media:consume'>> {
    const { seats, streams } = this.#parts;
    const transport = peer.transportFor(wish.transportId, 'receive');
    const stream = streams.get(wish.producerId);
    const { producer } = stream;
    await streams.reach(stream, peer.seat);
    if (peer.closed) throw new ProtocolError('media-unavailable');
    // The wire schema is mediasoup's type, with `undefined` where it has optional properties.
    const rtpCapabilities = withAllowedExtensions(wish.rtpCapabilities) as RtpCapabilities;
    if (!peer.seat.router.canConsume({ producerId: producer.id, rtpCapabilities })) {
      throw new ProtocolError('bad-request');
    }
    for (const { consumer } of peer.consumers.values()) {
      if (consumer.producerId === producer.id) consumer.close();
    }
    const consumer = await seats.ask(peer.seat, () =>
      peer.make(
        'consumers',
        () =>
          transport.consume({
            producerId: producer.id,
            rtpCapabilities,
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
    this.#keep(peer, consumer);
    return {
      consumerId: consumer.id,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters as RtpParametersWire, // As with the capabilities.
      type: consumer.type,
      producerPaused: streams.info(stream).paused,
    };
  }

  /** Pauses, resumes, chooses layers and shares. Consumers that have just closed are passed over. */
  async set(peer: Peer, wishes: readonly ConsumerWish[]): Promise<void> {
    const { seats, streams, demands } = this.#parts;
    const own = wishes.flatMap((wish) => {
      const found = peer.consumers.get(wish.consumerId);
      return found ? [{ wish, consumer: found.consumer }] : [];
    });
    if (own.length === 0) throw new ProtocolError('not-found');
    await seats.ask(peer.seat, () =>
      Promise.all(
        own.map(async ({ consumer, wish }) => {
          // First, so that a key frame asked for finds its way to the sender.
          demands.wants(consumer.producerId, consumer.id, !wish.paused);
          await streams.watch(consumer.producerId, peer.seat, consumer.id, !wish.paused);
          await grant(consumer, wish);
        }),
      ),
    );
  }

  /** Pictures only. One asked for too soon after another is dropped. */
  async requestKeyFrame(peer: Peer, consumerId: string): Promise<void> {
    const own = peer.consumer(consumerId);
    if (own.consumer.kind !== 'video') throw new ProtocolError('bad-request');
    await this.#askForKeyFrame(peer, own);
  }

  /**
   * The device's packets take another way than before. What was sent into the old one is lost, and its browser asks for
   * a key frame once, before the new way carries the demand, and then for three seconds no more.
   */
  wayChanged(peer: Peer): void {
    for (const own of peer.consumers.values()) {
      if (own.consumer.kind !== 'video' || own.consumer.paused) continue;
      // One that closes meanwhile, or whose worker is gone, shows nothing more on this way.
      this.#askForKeyFrame(peer, own).catch(() => undefined);
    }
  }

  /**
   * What is sent of a stream takes another way than before. Receivers miss what was lost, and those whose browsers
   * have asked for a key frame meanwhile ask again after three seconds only.
   */
  sentAnotherWay(producerId: string, peers: Iterable<Peer>): void {
    for (const peer of peers) {
      for (const own of peer.consumers.values()) {
        const { consumer } = own;
        if (consumer.kind !== 'video' || consumer.paused || consumer.producerId !== producerId) continue;
        this.#askForKeyFrame(peer, own).catch(() => undefined);
      }
    }
  }

  async #askForKeyFrame(peer: Peer, own: OwnConsumer): Promise<void> {
    const now = this.#parts.now();
    if (now - own.keyFrameAskedAt < KEY_FRAME_INTERVAL) return;
    own.keyFrameAskedAt = now;
    await this.#parts.seats.ask(peer.seat, () => own.consumer.requestKeyFrame());
  }

  #keep({ consumers, device: to, seat }: Peer, consumer: Consumer): void {
    const { streams, demands, tell } = this.#parts;
    const { id: consumerId, producerId } = consumer;
    consumers.set(consumerId, { consumer, keyFrameAskedAt: Number.NEGATIVE_INFINITY });
    demands.wants(producerId, consumerId, false);
    consumer.observer.once('close', () => {
      consumers.delete(consumerId);
      demands.gone(producerId, consumerId);
      streams.unwatch(producerId, seat, consumerId);
    });
    consumer.on('producerclose', () => tell({ to, name: 'media:consumerClosed', event: { consumerId } }));
    consumer.on('layerschange', (layers) => {
      const { spatialLayer = null, temporalLayer = null } = layers ?? {};
      tell({ to, name: 'media:consumerLayers', event: { consumerId, spatialLayer, temporalLayer } });
    });
    consumer.on('score', ({ score, producerScore }) =>
      tell({ to, name: 'media:consumerScore', event: { consumerId, score, producerScore } }),
    );
  }
}
