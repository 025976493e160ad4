import type { Consumer, Producer, Router, Transport, WebRtcTransport } from 'mediasoup/types';
import type { MeetingId } from '../../shared/ids.ts';

/** Quality below which a stream counts as weak, of mediasoup's 0 to 10. */
const WEAK = 5;

/** Transports asked for their counters at the same time. */
const AT_ONCE = 50;

/** Streams from and to devices; `weak` of them arrive badly. */
export interface StreamCounts {
  readonly streamsIn: number;
  readonly streamsOut: number;
  readonly weak: number;
}

interface Watched {
  readonly transports: Set<WebRtcTransport>;
  readonly producers: Set<Producer>;
  readonly consumers: Set<Consumer>;
}

/** Counts what passes between devices and this server's routers. Pipes between routers are not counted again. */
export class MediaMeter {
  readonly #meetings = new Map<MeetingId, Watched>();
  /** Bytes of each transport when it was last asked. */
  readonly #counted = new Map<WebRtcTransport, { readonly received: number; readonly sent: number }>();
  #received = 0;
  #sent = 0;

  /** To be called with each router as it is made. */
  watch(router: Router, meeting: MeetingId): void {
    router.observer.on('newtransport', (transport) => {
      if (isWebRtc(transport)) this.#take(transport, meeting);
    });
  }

  /** Of one meeting, or of all. */
  streams(meeting?: MeetingId): StreamCounts {
    const one = meeting === undefined ? undefined : this.#meetings.get(meeting);
    const watched = meeting === undefined ? [...this.#meetings.values()] : one ? [one] : [];
    const producers = watched.flatMap((each) => [...each.producers]);
    const consumers = watched.flatMap((each) => [...each.consumers]);
    const sending = producers.filter(({ paused, score }) => !paused && score.length > 0);
    const receiving = consumers.filter(({ paused, producerPaused }) => !paused && !producerPaused);
    const weakIn = sending.filter(({ score }) => Math.max(...score.map((each) => each.score)) < WEAK);
    const weakOut = receiving.filter(({ score }) => score.score < WEAK);
    return {
      streamsIn: producers.length,
      streamsOut: consumers.length,
      weak: weakIn.length + weakOut.length,
    };
  }

  /** Bytes from and to devices since the start, as far as transports said before they went. */
  async bytes(): Promise<{ readonly bytesIn: number; readonly bytesOut: number }> {
    const all = [...this.#meetings.values()].flatMap(({ transports }) => [...transports]);
    for (let from = 0; from < all.length; from += AT_ONCE) {
      await Promise.all(all.slice(from, from + AT_ONCE).map((transport) => this.#ask(transport)));
    }
    return { bytesIn: this.#received, bytesOut: this.#sent };
  }

  #take(transport: WebRtcTransport, meeting: MeetingId): void {
    const watched = this.#meetings.get(meeting) ?? {
      transports: new Set(),
      producers: new Set(),
      consumers: new Set(),
    };
    this.#meetings.set(meeting, watched);
    watched.transports.add(transport);
    transport.observer.on('newproducer', (producer) => {
      watched.producers.add(producer);
      producer.observer.once('close', () => watched.producers.delete(producer));
    });
    transport.observer.on('newconsumer', (consumer) => {
      watched.consumers.add(consumer);
      consumer.observer.once('close', () => watched.consumers.delete(consumer));
    });
    transport.observer.once('close', () => {
      watched.transports.delete(transport);
      this.#counted.delete(transport);
      const isLast = watched.transports.size === 0 && this.#meetings.get(meeting) === watched;
      if (isLast) this.#meetings.delete(meeting);
    });
  }

  async #ask(transport: WebRtcTransport): Promise<void> {
    // It may close while it is asked; what it carried at the end is not known then.
    const [stats] = await transport.getStats().catch(() => []);
    if (!stats || transport.closed) return;
    const before = this.#counted.get(transport) ?? { received: 0, sent: 0 };
    const { bytesReceived: received, bytesSent: sent } = stats;
    this.#counted.set(transport, { received, sent });
    this.#received += Math.max(0, received - before.received);
    this.#sent += Math.max(0, sent - before.sent);
  }
}

/** Whether it ends at a device. */
function isWebRtc(transport: Transport): transport is WebRtcTransport {
  return transport.type === 'webrtc';
}
