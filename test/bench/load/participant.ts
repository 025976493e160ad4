import { systemClock as frameClock } from '../../../client/e2ee/frames/clock.ts';
import { FrameCore } from '../../../client/e2ee/frames/frameCore.ts';
import type { FrameToGroup } from '../../../client/e2ee/frames/messages.ts';
import type { MeetingLink } from '../../../client/e2ee/link/link.ts';
import type { ChaChaSFrame } from '../../../client/e2ee/sframe/chacha.ts';
import type { FramePort } from '../../../client/meeting/core/context.ts';
import type { ProducerInfo } from '../../../shared/protocol/media.ts';
import type { ResponseOf } from '../../../shared/protocol/requests.ts';
import { type Bot, openBot } from '../../bots/bot.ts';
import { framesOf, type RtpPacket, readRtp } from '../../support/rtp.ts';
import { pause } from '../../support/until.ts';
import type { Caller } from './caller.ts';
import { Line } from './line.ts';
import type { LoadOptions } from './options.ts';
import { Tally } from './tally.ts';
import { madeAt, Voice } from './voice.ts';

/** What one participant does besides being there. */
export interface Part {
  readonly name: string;
  readonly camera: boolean;
  readonly microphone: boolean;
  /** Opens all that it receives, as a browser does; the others only count it. */
  readonly opens: boolean;
}

/** Microphones that a client subscribes to at most. */
const MICROPHONES = 25;
const PATIENCE_MS = 120_000;
/** What was refused or not answered is asked for again after this. */
const RETRY_MS = 1_000;
const PUBLISH_TRIES = 5;
const MICROPHONE = { kbps: 40, fps: 50 } as const;

interface Shared {
  readonly origin: string;
  readonly link: MeetingLink;
  readonly caller: Caller;
  readonly sframe: ChaChaSFrame;
  readonly options: LoadOptions;
}

/** The real client without a page, with media that is made up and sealed under the meeting's real keys. */
export class Participant {
  readonly bot: Bot;
  readonly tally = new Tally();
  /** From made to opened, in milliseconds, of pictures since the last look. */
  latencies: number[] = [];
  opened = 0;
  readonly #part: Part;
  readonly #shared: Shared;
  readonly #frames: FrameCore | null;
  readonly #voices: Voice[] = [];
  readonly #consumed = new Set<string>();
  readonly #offered = new Map<string, ProducerInfo>();
  #send: Line | null = null;
  #receive: { readonly line: Line; readonly transportId: string } | null = null;
  #subscribing: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(bot: Bot, part: Part, shared: Shared, frames: FrameCore | null) {
    this.bot = bot;
    this.#part = part;
    this.#shared = shared;
    this.#frames = frames;
  }

  /** At the door. */
  static async open(part: Part, shared: Shared): Promise<Participant> {
    const { frames, port } = framesFor(part, shared.sframe);
    const bot = await openBot({ origin: shared.origin, link: shared.link, frames: port });
    return new Participant(bot, part, shared, frames);
  }

  /** Streams that it receives. */
  get streams(): number {
    return this.#consumed.size;
  }

  get sealed(): number {
    return this.#voices.reduce((sum, voice) => sum + voice.sealed, 0);
  }

  /** Goes in and takes part; resolves to how long it waited for its keys, in milliseconds. */
  async enter(): Promise<number> {
    const { bot } = this;
    await bot.until('at the door', ({ phase }) => phase.name === 'prejoin', PATIENCE_MS);
    const from = performance.now();
    bot.core.join(this.#part.name, '');
    await bot.until('inside', ({ phase }) => phase.name === 'meeting', PATIENCE_MS);
    return performance.now() - from;
  }

  /** Publishes its sources and subscribes to what its page would show and play. Throws ProtocolError. */
  async takePart(): Promise<void> {
    const { core } = this.bot;
    core.signaling.on('media:producers', ({ added, removed }) => {
      for (const info of added) this.#offered.set(info.producerId, info);
      for (const id of removed) {
        this.#offered.delete(id);
        this.#consumed.delete(id);
      }
      this.#subscribe();
    });
    if (this.#part.camera || this.#part.microphone) await this.#publishAtLast();
    const { producers } = await core.signaling.request('media:producers', {});
    for (const info of producers) this.#offered.set(info.producerId, info);
    this.#subscribe();
    await this.#subscribing;
  }

  /** Leaves, and closes what it has open. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const voice of this.#voices) voice.stop();
    this.bot.core.leave();
    this.#frames?.close();
    await Promise.all([this.#send?.close(), this.#receive?.line.close()]);
  }

  /** As pages do, again where it does not succeed at first. Throws ProtocolError. */
  async #publishAtLast(): Promise<void> {
    for (let left = PUBLISH_TRIES; ; left--) {
      try {
        return await this.#publish();
      } catch (error) {
        for (const voice of this.#voices.splice(0)) voice.stop();
        await this.#send?.close();
        this.#send = null;
        if (left <= 1 || this.#closed) throw error;
        await pause(RETRY_MS);
      }
    }
  }

  async #publish(): Promise<void> {
    const { signaling } = this.bot.core;
    const { caller, options } = this.#shared;
    const [line, transportId] = await this.#line('send');
    this.#send = line;
    const start = async (source: 'camera' | 'microphone', pace: { kbps: number; fps: number }) => {
      if (!this.#frames) throw new Error('whoever publishes has keys');
      const voice = new Voice(source, this.#frames, pace);
      const kind = source === 'camera' ? 'video' : 'audio';
      const { producer, offer } = await caller.speak(line.near, kind, voice);
      const request = { transportId, kind, source, rtpParameters: offer, paused: false } as const;
      const { producerId, paused } = await signaling.request('media:produce', request);
      if (paused) await signaling.request('media:setProducer', { producerId, state: 'live' });
      this.#voices.push(voice);
      if (!this.#closed) voice.start(producer);
    };
    if (this.#part.camera) await start('camera', { kbps: options.kbps, fps: options.fps });
    if (this.#part.microphone) await start('microphone', MICROPHONE);
  }

  async #line(direction: 'send' | 'receive'): Promise<[Line, string]> {
    const { core } = this.bot;
    // The answer to a request of this very name.
    const wire = (await core.requestMedia('media:createTransport', {
      direction,
    })) as ResponseOf<'media:createTransport'>;
    const transportId = wire.id;
    try {
      const line = await Line.open(this.#shared.caller, wire, {
        tally: this.tally,
        whole: direction === 'send' || this.#part.opens,
        connect: (dtlsParameters) =>
          core.signaling.request('media:connectTransport', { transportId, dtlsParameters }),
      });
      return [line, transportId];
    } catch (error) {
      // A device may have few of them.
      await core.signaling.request('media:closeTransport', { transportId }).catch(() => undefined);
      throw error;
    }
  }

  #subscribe(): void {
    this.#subscribing = this.#subscribing
      .then(() => this.#catchUp())
      .catch((error: unknown) => {
        if (this.#closed) return;
        this.#shared.options.onFailure(error);
        setTimeout(() => this.#subscribe(), RETRY_MS).unref();
      });
  }

  async #catchUp(): Promise<void> {
    const { self } = this.bot.state;
    const others = [...this.#offered.values()].filter(({ device }) => device !== self);
    const of = (source: 'camera' | 'microphone', most: number) =>
      others.filter((info) => info.source === source).slice(0, most);
    const wanted = [...of('camera', this.#shared.options.tiles), ...of('microphone', MICROPHONES)];
    const fresh = wanted.filter(({ producerId }) => !this.#consumed.has(producerId));
    if (fresh.length === 0 || this.#closed) return;
    if (!this.#receive) {
      const [line, transportId] = await this.#line('receive');
      this.#receive = { line, transportId };
    }
    const { signaling } = this.bot.core;
    for (const info of fresh) {
      const consumerId = await this.#consume(info);
      await signaling.request('media:setConsumers', { wishes: [{ consumerId, paused: false }] });
      this.#consumed.add(info.producerId);
    }
  }

  async #consume(info: ProducerInfo): Promise<string> {
    const { signaling } = this.bot.core;
    const { rtpCapabilities } = await signaling.request('media:capabilities', {});
    if (!this.#receive) throw new Error('subscribed without a connection');
    const { line, transportId } = this.#receive;
    const { producerId } = info;
    const wire = await signaling.request('media:consume', { transportId, producerId, rtpCapabilities });
    if (this.#part.opens && this.#frames) {
      const take = this.#opener(info, this.#frames);
      await this.#shared.caller.hear(line.near, wire.kind, wire.rtpParameters, take);
    }
    return wire.consumerId;
  }

  /** Puts packets together to frames and opens them under the meeting's keys. */
  #opener({ device, source, producerId }: ProducerInfo, frames: FrameCore): (packet: Buffer) => void {
    const isVideo = source === 'camera';
    const codec = isVideo ? 'vp8' : 'opus';
    const id = opening++;
    const options = { role: 'open', id, binding: id, trackRef: producerId, source, device, codec } as const;
    const track = frames.openTrack(options, () => undefined);
    const mime = isVideo ? 'video/VP8' : 'audio/opus';
    let parts: RtpPacket[] = [];
    return (bytes) => {
      const packet = readRtp(bytes);
      parts.push(packet);
      if (isVideo && !packet.marker) return;
      const whole = framesOf(mime, parts);
      parts = [];
      for (const data of whole) {
        track.push({ data: new Uint8Array(data).buffer, getMetadata: () => ({}) }, (frame) => {
          this.opened += 1;
          const opened = new Uint8Array(frame.data);
          if (isVideo) this.latencies.push(performance.timeOrigin + performance.now() - madeAt(opened));
        });
      }
    };
  }
}

let opening = 1_000_000;

/** Keys and sealing where media is sealed or opened; whoever only counts needs neither. */
function framesFor(
  part: Part,
  sframe: ChaChaSFrame,
): { readonly frames: FrameCore | null; readonly port: FramePort } {
  if (!part.camera && !part.microphone && !part.opens) {
    return { frames: null, port: { post: () => undefined, onMessage: () => undefined } };
  }
  let tell: (message: FrameToGroup) => void = () => undefined;
  const frames = new FrameCore({
    sframe,
    clock: frameClock,
    toPage: () => undefined,
    toGroup: (message) => tell(message),
  });
  const port: FramePort = {
    post: (message) => frames.group(message),
    onMessage: (listener) => {
      tell = listener;
    },
  };
  return { frames, port };
}
