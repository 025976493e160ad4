import type { PipeTransport, Producer, TransportListenInfo } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { ProducerInfo } from '../../shared/protocol/media.ts';
import type { CrossingEnd, Lent } from './branch.ts';
import { Valve } from './valve.ts';
import type { Seat } from './workerPool.ts';

interface LentStream {
  readonly valve: Valve;
  /** Asks its sender for a picture that stands alone. */
  readonly refresh: () => Promise<void>;
  readonly close: () => void;
}

interface Crossing {
  readonly seat: Seat;
  readonly transport: PipeTransport;
  readonly lent: Map<string, LentStream>;
}

/** The ways of one meeting from this node to others: SRTP over UDP, both directions on one port at each end. */
export class Crossings {
  readonly #listenInfo: () => Promise<TransportListenInfo>;
  readonly #lost: (crossing: string) => void;
  readonly #open = new Map<string, Crossing>();
  #closed = false;

  /** `lost`: the worker of a crossing died. */
  constructor(listenInfo: () => Promise<TransportListenInfo>, lost: (crossing: string) => void) {
    this.#listenInfo = listenInfo;
    this.#lost = lost;
  }

  /** Throws what mediasoup throws. */
  async open(name: string, seat: Seat): Promise<CrossingEnd> {
    const transport = await seat.router.createPipeTransport({
      listenInfo: await this.#listenInfo(),
      enableSrtp: true,
      // Between machines packets are lost.
      enableRtx: true,
      enableSctp: false,
    });
    if (this.#closed) transport.close();
    this.#open.set(name, { seat, transport, lent: new Map() });
    transport.observer.once('close', () => {
      if (this.#open.delete(name)) this.#lost(name);
    });
    const { tuple, srtpParameters } = transport;
    if (!srtpParameters || transport.closed) throw new ProtocolError('media-unavailable');
    return { ip: tuple.localAddress, port: tuple.localPort, srtpParameters };
  }

  async connect(name: string, far: CrossingEnd): Promise<void> {
    await this.#at(name).transport.connect(far);
  }

  close(name: string): void {
    const crossing = this.#open.get(name);
    this.#open.delete(name);
    crossing?.transport.close();
  }

  closeAll(): void {
    this.#closed = true;
    for (const name of [...this.#open.keys()]) this.close(name);
  }

  /** The seat at which streams leave and come in. Throws ProtocolError `not-found`. */
  seatOf(name: string): Seat {
    return this.#at(name).seat;
  }

  /** Has a stream of the crossing's own seat leave, resting. `ended`: it does not any more. */
  async lend(name: string, producerId: string, ended: () => void): Promise<Lent> {
    const { transport, lent } = this.#at(name);
    const consumer = await transport.consume({ producerId });
    const valve = new Valve(consumer);
    lent.get(producerId)?.close();
    const refresh = async () => {
      if (consumer.kind === 'video' && !consumer.paused) await consumer.requestKeyFrame();
    };
    lent.set(producerId, { valve, refresh, close: () => consumer.close() });
    consumer.observer.once('close', ended);
    await consumer.pause();
    return { kind: consumer.kind, rtpParameters: consumer.rtpParameters };
  }

  async set(name: string, producerId: string, flowing: boolean): Promise<void> {
    await this.#open.get(name)?.lent.get(producerId)?.valve.set(flowing);
  }

  /** Asks for a key frame of a stream wherever it leaves. */
  async refresh(producerId: string): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ lent }) => lent.get(producerId)?.refresh()));
  }

  endLoan(name: string, producerId: string): void {
    const lent = this.#open.get(name)?.lent;
    lent?.get(producerId)?.close();
    lent?.delete(producerId);
  }

  borrow(name: string, { producerId, paused }: ProducerInfo, lent: Lent): Promise<Producer> {
    const { kind, rtpParameters } = lent;
    return this.#at(name).transport.produce({ id: producerId, kind, rtpParameters, paused });
  }

  #at(name: string): Crossing {
    const crossing = this.#open.get(name);
    if (!crossing) throw new ProtocolError('not-found');
    return crossing;
  }
}
