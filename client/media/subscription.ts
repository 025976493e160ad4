import type { Consumer, Device } from 'mediasoup-client/types';
import type { ConsumerWish, ProducerInfo } from '../../shared/protocol/media.ts';
import { rtpCapabilities } from '../../shared/protocol/media.ts';
import { codecOf } from '../e2ee/frames/codec.ts';
import type { AuthorshipState } from '../e2ee/frames/messages.ts';
import { filterParameters } from './capabilities.ts';
import { type Layers, layersFor } from './layers.ts';
import { MediaError } from './mediaError.ts';
import type { MediaTransport } from './mediaTransport.ts';
import { type RemoteStream, remoteOff } from './mediaView.ts';
import type { FrameProtection, Protection } from './protection.ts';
import { Sealing } from './sealing.ts';
import type { Signalling } from './signalling.ts';
import type { Target } from './subscriptions.ts';

/** Share of a picture that has one size only, a screen mostly: text cannot shrink, faces can. */
const screenPriority = 100;

/** One subscribed stream: a consumer with its decryptor, from subscribing to closing. */
export class Subscription {
  readonly info: ProducerInfo;
  readonly consumer: Consumer;
  readonly #protection: Protection;
  /** Whether the server sends one of several layers, as against the stream as it is. */
  readonly #layered: boolean;
  #alive = false;
  #authorship: AuthorshipState = 'covered';
  #layers: Layers | null = null;
  #wanted: Layers | null = null;
  #score: number | null = null;
  #senderScore: number | null = null;
  #closed = false;

  /**
   * Subscribes to `info` on `transport`, paused, with the decryptor attached before the answer.
   *
   * @throws ProtocolError on refusal; MediaError `unprotected` when the decryptor could not be attached, in
   *   which case the whole transport has been closed; MediaError `no-codec`.
   */
  static async open(options: {
    readonly info: ProducerInfo;
    readonly device: Device;
    readonly transport: MediaTransport;
    readonly signalling: Signalling;
    readonly protection: FrameProtection;
  }): Promise<Subscription> {
    const { info, device, transport, signalling } = options;
    const offer = await signalling.request('media:consume', {
      transportId: transport.transport.id,
      producerId: info.producerId,
      rtpCapabilities: rtpCapabilities.parse(device.recvRtpCapabilities),
    });
    const parameters = filterParameters(offer.rtpParameters);
    const codec = codecOf(parameters.codecs[0]?.mimeType ?? '');
    const sound = info.source === 'microphone' || info.source === 'screenAudio';
    if (codec === null || (offer.kind === 'audio') !== sound) {
      throw new MediaError('no-codec', 'the stream is not of the kind its source says');
    }
    const sealing = new Sealing(transport);
    try {
      const consumer = await transport.transport.consume({
        id: offer.consumerId,
        producerId: info.producerId,
        kind: offer.kind,
        rtpParameters: parameters,
        // Streams of one name are played in step: the face with the voice, the screen with its sound.
        streamId: `${info.device}-${info.source.startsWith('screen') ? 'screen' : 'person'}`,
        onRtpReceiver: (receiver) => {
          sealing.attach(() =>
            options.protection.protectReceiver(receiver, {
              trackRef: offer.consumerId,
              source: info.source,
              device: info.device,
              codec,
            }),
          );
        },
      });
      const protection = sealing.require();
      const layered = offer.type === 'simulcast' || offer.type === 'svc';
      return new Subscription(info, consumer, protection, layered);
    } catch (error) {
      throw sealing.abandon(error);
    }
  }

  private constructor(info: ProducerInfo, consumer: Consumer, protection: Protection, layered: boolean) {
    this.info = info;
    this.consumer = consumer;
    this.#protection = protection;
    this.#layered = layered;
  }

  /** Names its decryptor in the frame worker's statistics. */
  get protectionId(): number {
    return this.#protection.id;
  }

  /** What the server forwards now; null when nothing or not layered. */
  get layers(): Layers | null {
    return this.#layers;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get seal(): 'verifying' | 'sealed' | 'cut' {
    if (this.#authorship === 'forged') return 'cut';
    // An unsigned stream may just have a slow sender: nothing of it plays, and nobody is accused yet.
    return this.#alive && this.#authorship === 'covered' ? 'sealed' : 'verifying';
  }

  /** The first frame authenticated. */
  onAlive(): void {
    this.#alive = true;
  }

  /** Whether the sender signed for its frames; a late signature lifts the cut again, a forgery stays. */
  onAuthorship(state: AuthorshipState): void {
    if (this.#authorship !== 'forged') this.#authorship = state;
  }

  onLayers(layers: Layers | null): void {
    this.#layers = layers;
  }

  onScore(score: number, senderScore: number): void {
    this.#score = score;
    this.#senderScore = senderScore;
  }

  /** What to ask the server for, so that `target` is met. */
  wishFor(target: Target): ConsumerWish {
    const consumerId = this.consumer.id;
    if (target.state === 'paused' || this.#authorship === 'forged') {
      this.#wanted = null;
      return { consumerId, paused: true };
    }
    // Sound takes no part in the server's sharing out of bandwidth: it always passes.
    if (target.height === null) return { consumerId, paused: false };
    if (!this.#layered) return { consumerId, paused: false, priority: screenPriority };
    const wanted = layersFor(target.height, this.#wanted?.spatial ?? null);
    this.#wanted = wanted;
    return {
      consumerId,
      paused: false,
      spatialLayer: wanted.spatial,
      temporalLayer: wanted.temporal,
      priority: 1 + wanted.spatial * 10,
    };
  }

  /** The stream as shown. The track is only given out once a frame has authenticated. */
  view(paused: boolean): RemoteStream {
    return {
      ...remoteOff,
      state: paused ? 'muted' : 'live',
      track: this.seal === 'sealed' ? this.consumer.track : null,
      seal: this.seal,
      layers: this.#layers,
      wanted: this.#wanted,
      score: this.#score,
      senderScore: this.#senderScore,
    };
  }

  /** Ends the local side. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#protection.close();
    this.consumer.close();
  }
}
