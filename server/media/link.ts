import type { Consumer, PipeTransport, Producer } from 'mediasoup/types';
import type { Seat } from './workerPool.ts';

/** A stream on a link: it leaves one worker by the consumer and enters the other by the producer, under its own id. */
export interface Carried {
  readonly consumer: Consumer;
  readonly producer: Producer;
}

/** The way from one seat to another on this machine, over loopback. */
export class Link {
  readonly #near: PipeTransport;
  readonly #far: PipeTransport;

  private constructor(near: PipeTransport, far: PipeTransport) {
    this.#near = near;
    this.#far = far;
    near.observer.once('close', () => far.close());
    far.observer.once('close', () => near.close());
  }

  /** Throws what mediasoup throws, e.g. where a worker just died. */
  static async open(from: Seat, to: Seat): Promise<Link> {
    const options = { listenInfo: { protocol: 'udp', ip: '127.0.0.1' }, enableSctp: false } as const;
    const [near, far] = await both(
      from.router.createPipeTransport(options),
      to.router.createPipeTransport(options),
    );
    await Promise.all([near.connect(whereIs(far)), far.connect(whereIs(near))]);
    return new Link(near, far);
  }

  get closed(): boolean {
    return this.#near.closed || this.#far.closed;
  }

  /** Carries a stream, resting. Throws what mediasoup throws, e.g. where the stream ended meanwhile. */
  async carry({ id: producerId, paused }: Producer): Promise<Carried> {
    const consumer = await this.#near.consume({ producerId });
    try {
      await consumer.pause();
      const { kind, rtpParameters } = consumer;
      const producer = await this.#far.produce({ id: producerId, kind, rtpParameters, paused });
      producer.observer.once('close', () => consumer.close());
      consumer.observer.once('close', () => producer.close());
      return { consumer, producer };
    } catch (error) {
      consumer.close();
      throw error;
    }
  }
}

/** Both, or neither. */
async function both(
  first: Promise<PipeTransport>,
  second: Promise<PipeTransport>,
): Promise<[PipeTransport, PipeTransport]> {
  try {
    return await Promise.all([first, second]);
  } catch (error) {
    for (const each of [first, second]) {
      each.then(
        (made) => made.close(),
        () => undefined,
      );
    }
    throw error;
  }
}

function whereIs({ tuple }: PipeTransport): { readonly ip: string; readonly port: number } {
  return { ip: tuple.localAddress, port: tuple.localPort };
}
