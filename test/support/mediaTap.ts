import type { Consumer, DirectTransport, Producer, Router } from 'mediasoup/types';
import { framesOf, type RtpPacket, readRtp } from './rtp.ts';

/** Everything that went through the server of one producer. */
export interface Tapped {
  readonly mimeType: string;
  readonly packets: readonly RtpPacket[];
  /** Frames as the server could put them together. */
  frames(): Buffer[];
}

export function tappedOf(mimeType: string, packets: readonly RtpPacket[]): Tapped {
  return { mimeType, packets, frames: () => framesOf(mimeType, packets) };
}

interface Recording {
  readonly mimeType: string;
  readonly packets: RtpPacket[];
}

/** What an operator of the server sees of the media: a copy of each packet of each producer. */
export class MediaTap {
  readonly #recordings: Recording[] = [];
  #failure: unknown = null;

  /** For `StartOverrides.onRouter`. */
  readonly onRouter = (router: Router): void => {
    const direct = router.createDirectTransport();
    router.observer.on('newtransport', (transport) => {
      transport.observer.on('newproducer', (producer) => {
        this.#tap(router, direct, producer).catch((error: unknown) => {
          if (!producer.closed && !router.closed) this.#failure = error;
        });
      });
    });
  };

  /** Throws when a producer could not be tapped: then nothing may be concluded from what is here. */
  get streams(): Tapped[] {
    if (this.#failure !== null) throw this.#failure;
    return this.#recordings.map(({ mimeType, packets }) => tappedOf(mimeType, packets));
  }

  async #tap(router: Router, direct: Promise<DirectTransport>, producer: Producer): Promise<void> {
    const consumer: Consumer = await (await direct).consume({
      producerId: producer.id,
      rtpCapabilities: router.rtpCapabilities,
      // All layers, as they come.
      pipe: true,
    });
    const [codec] = consumer.rtpParameters.codecs;
    if (codec === undefined) throw new Error('a stream without a codec');
    const packets: RtpPacket[] = [];
    this.#recordings.push({ mimeType: codec.mimeType, packets });
    consumer.on('rtp', (packet) => packets.push(readRtp(packet)));
  }
}
