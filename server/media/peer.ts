import type { Consumer, Producer, WebRtcTransport } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { Seat } from './workerPool.ts';

/** What one device may hold at a time. */
export const peerLimits = { transports: 4, producers: 4, consumers: 300 } as const;

export interface OwnTransport {
  readonly transport: WebRtcTransport;
  readonly direction: 'send' | 'receive';
}

export interface OwnProducer {
  readonly producer: Producer;
  readonly source: Source;
}

export interface OwnConsumer {
  readonly consumer: Consumer;
  /** When a key frame was last asked for by the device; ms on the room's clock. */
  keyFrameAskedAt: number;
}

/** Everything one device holds in one of a room's routers. What is not here does not exist for it. */
export class Peer {
  readonly device: DeviceKey;
  /** Where it sits: all it makes is there. */
  readonly seat: Seat;
  readonly transports = new Map<string, OwnTransport>();
  readonly producers = new Map<string, OwnProducer>();
  readonly consumers = new Map<string, OwnConsumer>();
  readonly #pending = { transports: 0, producers: 0, consumers: 0 };
  #closed = false;

  constructor(device: DeviceKey, seat: Seat) {
    this.device = device;
    this.seat = seat;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Throws ProtocolError `not-found` for what is not this device's own. */
  transport(id: string): OwnTransport {
    return own(this.transports, id);
  }

  /** Throws ProtocolError: `not-found`, or `bad-request` for one of the other direction. */
  transportFor(id: string, direction: OwnTransport['direction']): WebRtcTransport {
    const found = this.transport(id);
    if (found.direction !== direction) throw new ProtocolError('bad-request');
    return found.transport;
  }

  producer(id: string): OwnProducer {
    return own(this.producers, id);
  }

  consumer(id: string): OwnConsumer {
    return own(this.consumers, id);
  }

  /**
   * Makes something within its limit; what is being made counts. Should the device leave meanwhile, `discard`
   * gets what was made. Throws ProtocolError `full`, or `media-unavailable` once the device has left.
   */
  async make<Made>(
    what: keyof typeof peerLimits,
    create: () => Promise<Made>,
    discard: (made: Made) => void,
  ): Promise<Made> {
    if (this.#closed) throw new ProtocolError('media-unavailable');
    if (this[what].size + this.#pending[what] >= peerLimits[what]) throw new ProtocolError('full');
    this.#pending[what]++;
    try {
      const made = await create();
      if (this.#closed) {
        discard(made);
        throw new ProtocolError('media-unavailable');
      }
      return made;
    } finally {
      this.#pending[what]--;
    }
  }

  /** Closes the transports, and with them all that runs on them. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { transport } of [...this.transports.values()]) transport.close();
    this.transports.clear();
    this.producers.clear();
    this.consumers.clear();
  }
}

function own<Owned>(owned: ReadonlyMap<string, Owned>, id: string): Owned {
  const found = owned.get(id);
  if (!found) throw new ProtocolError('not-found');
  return found;
}
