import type { Device, Producer, RtpEncodingParameters } from 'mediasoup-client/types';
import type { Source } from '../../shared/records/record.ts';
import { codecOf } from '../e2ee/frames/codec.ts';
import type { chooseCodec } from './codecChoice.ts';
import {
  contentHint,
  type EncodingShape,
  plainWishes,
  reshape,
  type SendWishes,
  shapesFor,
} from './encoderShape.ts';
import type { MediaTransport, ProduceData } from './mediaTransport.ts';
import type { FrameProtection, Protection } from './protection.ts';
import { Sealing } from './sealing.ts';

export interface SendingOptions {
  readonly source: Source;
  readonly track: MediaStreamTrack;
  readonly muted: boolean;
  readonly wishes: SendWishes;
  readonly choice: ReturnType<typeof chooseCodec>;
  readonly device: Device;
  readonly transport: MediaTransport;
  readonly protection: FrameProtection;
}

/** One stream that is sent: a producer with its seal, and what its encoder was told. */
export class Sending {
  readonly producer: Producer;
  readonly #source: Source;
  readonly #protection: Protection;
  /** The encodings as they were negotiated. */
  readonly #encodings: readonly RtpEncodingParameters[];
  #shapes: readonly EncodingShape[];
  #wishes: SendWishes = plainWishes;
  #track: MediaStreamTrack | null;
  /** Whether the server lets nothing of it through. */
  muted: boolean;

  /**
   * Sends `track` on `transport`, with the seal attached before the offer.
   *
   * @throws ProtocolError on refusal; MediaError `unprotected` when the seal could not be attached, in which case the
   *   whole transport has been closed.
   */
  static async open(options: SendingOptions): Promise<Sending> {
    const { source, track, muted, wishes, choice, device, transport, protection } = options;
    const codec = device.sendRtpCapabilities.codecs?.find(
      (each) => each.mimeType.toLowerCase() === choice.mimeType.toLowerCase(),
    );
    const frameCodec = codecOf(choice.mimeType);
    const sealing = new Sealing(transport);
    track.contentHint = contentHint(source, wishes);
    const appData: ProduceData = { source, paused: muted };
    try {
      const producer = await transport.produce({
        track,
        encodings: choice.encodings.map((encoding) => ({ ...encoding })),
        codecOptions: { ...choice.codecOptions },
        ...(codec === undefined ? {} : { codec }),
        stopTracks: false,
        disableTrackOnPause: false,
        appData,
        onRtpSender: (sender) => {
          sealing.attach(() =>
            protection.protectSender(sender, {
              source,
              ...(frameCodec === null ? {} : { codec: frameCodec }),
            }),
          );
        },
      });
      const seal = sealing.require();
      const beganMuted = muted || transport.beganSilent(producer.id);
      return new Sending(source, producer, seal, track, beganMuted, choice.encodings);
    } catch (error) {
      throw sealing.abandon(error);
    }
  }

  private constructor(
    source: Source,
    producer: Producer,
    protection: Protection,
    track: MediaStreamTrack,
    muted: boolean,
    encodings: readonly RtpEncodingParameters[],
  ) {
    this.producer = producer;
    this.muted = muted;
    this.#source = source;
    this.#protection = protection;
    this.#track = track;
    this.#encodings = encodings;
    this.#shapes = shapesFor(source, encodings, plainWishes);
  }

  /** What the sender carries now; null while muted. */
  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  /** The wishes that the encoder follows now. */
  get wishes(): SendWishes {
    return this.#wishes;
  }

  /** Names its seal in `FrameProtection.stats`. */
  get protectionId(): number {
    return this.#protection.id;
  }

  /** Sends another track, or none, without a new negotiation. Throws what the browser throws. */
  async carry(track: MediaStreamTrack | null, wishes: SendWishes): Promise<void> {
    if (track !== null) track.contentHint = contentHint(this.#source, wishes);
    await this.producer.replaceTrack({ track });
    this.#track = track;
  }

  /** Has the encoder follow other wishes. Where the browser refuses, the stream goes on as it is. */
  async follow(wishes: SendWishes): Promise<void> {
    this.#wishes = wishes;
    const hint = contentHint(this.#source, wishes);
    if (this.#track !== null && this.#track.contentHint !== hint) this.#track.contentHint = hint;
    const shapes = shapesFor(this.#source, this.#encodings, wishes);
    const sender = this.producer.rtpSender;
    if (sender === undefined || JSON.stringify(shapes) === JSON.stringify(this.#shapes)) return;
    this.#shapes = shapes;
    await reshape(sender, shapes).catch(() => undefined);
  }

  /** Ends the local side. Idempotent. */
  close(): void {
    this.#protection.close();
    this.producer.close();
  }
}
