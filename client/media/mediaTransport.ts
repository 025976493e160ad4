import type { Device, Producer, ProducerOptions, Transport } from 'mediasoup-client/types';
import { z } from 'zod';
import { ProtocolError } from '../../shared/errors.ts';
import { dtlsParameters, rtpParameters } from '../../shared/protocol/media.ts';
import type { ResponseOf } from '../../shared/protocol/requests.ts';
import { source } from '../../shared/records/record.ts';
import { IceRecovery } from './iceRecovery.ts';
import type { PathState } from './mediaView.ts';
import type { Signalling } from './signalling.ts';
import type { Timers } from './timers.ts';
import { iceParameters, transportParameters } from './transportParameters.ts';

export interface MediaTransportOptions {
  readonly direction: 'send' | 'receive';
  readonly device: Device;
  readonly signalling: Signalling;
  readonly timers: Timers;
  readonly onPath: (state: PathState) => void;
  /** The transport is beyond saving and closed; everything on it must be made anew. Called once. */
  readonly onLost: () => void;
}

/** What `Transport.produce` passes through to the signalling. */
export const produceData = z.strictObject({ source, paused: z.boolean() });
export type ProduceData = z.infer<typeof produceData>;

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('request failed');
}

/** One WebRTC transport to the media server: opened through the signalling, kept alive by ICE restarts. */
export class MediaTransport {
  readonly transport: Transport;
  readonly #options: MediaTransportOptions;
  readonly #recovery: IceRecovery;
  /** Producers that the server made paused though they were to run. */
  readonly #silenced = new Set<string>();
  /** Why the server refused a producer, by the id that stands for it here. */
  readonly #refusals = new Map<string, Error>();
  #closed = false;

  /** @throws ProtocolError when the server refuses. */
  static async open(options: MediaTransportOptions): Promise<MediaTransport> {
    const wire = await options.signalling.request('media:createTransport', { direction: options.direction });
    return new MediaTransport(options, wire);
  }

  private constructor(options: MediaTransportOptions, wire: ResponseOf<'media:createTransport'>) {
    this.#options = options;
    const parameters = transportParameters(wire);
    this.transport =
      options.direction === 'send'
        ? options.device.createSendTransport(parameters)
        : options.device.createRecvTransport(parameters);
    this.#recovery = new IceRecovery({
      timers: options.timers,
      restart: () => this.#restart(),
      giveUp: () => this.#lose(),
    });
    this.#listen();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the server made a producer paused that was to run: it is then opened by a request of its own. */
  beganSilent(producerId: string): boolean {
    return this.#silenced.has(producerId);
  }

  /**
   * Sends a track as the library does, but for a refusal: the library ends the refused sender beside its own queue,
   * where it crosses what is negotiated next. Here the sender is accepted and closed at once, in the queue.
   *
   * @throws ProtocolError when the server refuses; whatever the browser throws.
   */
  async produce(options: ProducerOptions<ProduceData>): Promise<Producer<ProduceData>> {
    const producer = await this.transport.produce(options);
    const refusal = this.#refusals.get(producer.id);
    if (refusal === undefined) return producer;
    this.#refusals.delete(producer.id);
    producer.close();
    throw refusal;
  }

  /** Restarts ICE now, for instance after a change of network. */
  restartIce(): void {
    this.#recovery.restartNow();
  }

  /** Closes the connection at once. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#recovery.close();
    this.transport.close();
  }

  #listen(): void {
    const { signalling, onPath } = this.#options;
    const transportId = this.transport.id;
    this.transport.on('connect', (connect, done, failed) => {
      signalling
        .request('media:connectTransport', {
          transportId,
          dtlsParameters: dtlsParameters.parse(connect.dtlsParameters),
        })
        .then(
          () => done(),
          (reason: unknown) => failed(asError(reason)),
        );
    });
    this.transport.on('produce', (produce, done) => {
      const data = produceData.parse(produce.appData);
      signalling
        .request('media:produce', {
          transportId,
          kind: produce.kind,
          source: data.source,
          rtpParameters: rtpParameters.parse(produce.rtpParameters),
          paused: data.paused,
        })
        .then(
          ({ producerId, paused }) => {
            if (paused && !data.paused) this.#silenced.add(producerId);
            done({ id: producerId });
          },
          (reason: unknown) => {
            const id = crypto.randomUUID();
            this.#refusals.set(id, asError(reason));
            done({ id });
          },
        );
    });
    this.transport.on('connectionstatechange', (state) => {
      if (this.#closed) return;
      this.#recovery.onState(state);
      if (state === 'connected') onPath('connected');
      else if (state === 'connecting') onPath('connecting');
      else if (state === 'disconnected' || state === 'failed') onPath('lost');
    });
  }

  async #restart(): Promise<void> {
    try {
      const restarted = await this.#options.signalling.request('media:restartIce', {
        transportId: this.transport.id,
      });
      if (this.#closed) return;
      await this.transport.restartIce({
        iceParameters: iceParameters(restarted.iceParameters),
      });
    } catch (error) {
      if (error instanceof ProtocolError && error.code === 'not-found') this.#lose();
      throw error;
    }
  }

  #lose(): void {
    if (this.#closed) return;
    this.close();
    this.#options.onLost();
  }
}
