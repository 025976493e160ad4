import { FrameCrypto } from '../../../client/e2ee/frames/frameCrypto.ts';
import type { EpochMessage } from '../../../client/e2ee/frames/messages.ts';
import { MediaEngine } from '../../../client/media/engine.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { errorCode, ProtocolError } from '../../../shared/errors.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import { type EventName, events } from '../../../shared/protocol/events.ts';
import { requests } from '../../../shared/protocol/requests.ts';

export interface BenchMember {
  readonly leaf: number;
  readonly members: number;
  /** What it sends; null for one that only looks. */
  readonly picture: { readonly width: number; readonly height: number; readonly rate: number } | null;
  /** Whether it shows everybody else, with the interface of a meeting. */
  readonly shows: boolean;
}

declare global {
  interface Window {
    readonly bench: Bench;
    /** Exposed by the bench: asks the SFU as the member at a leaf. */
    ask(
      leaf: number,
      name: string,
      payload: unknown,
    ): Promise<{ ok: boolean; value?: unknown; code?: string }>;
  }
}

function deviceAt(leaf: number): DeviceKey {
  return deviceKey.parse(toBase64Url(new Uint8Array(32).fill(leaf + 1)));
}

/** Several members of one meeting in one page, each with its own engine and frame worker. */
class Bench {
  readonly #engines = new Map<number, MediaEngine>();
  #sound: MediaStreamTrack | null = null;

  /** Fetches the interface, so that joining does not measure that. */
  async prepare(): Promise<void> {
    await (await import('./room.tsx')).preloadRoom();
  }

  async join({ leaf, members, picture, shows }: BenchMember): Promise<void> {
    const channel = new MessageChannel();
    const crypto = new FrameCrypto({ onEvent: (event) => this.#engines.get(leaf)?.onFrameEvent(event) });
    crypto.attachGroupPort(channel.port2);
    const all = Array.from({ length: members }, (_, each) => each);
    const epoch: EpochMessage = {
      type: 'epoch',
      epoch: 1,
      ownLeaf: leaf,
      baseKey: new Uint8Array(32).fill(7),
      leaves: all.map((each) => ({ leaf: each, device: deviceAt(each) })),
    };
    channel.port1.postMessage(epoch);
    const engine = new MediaEngine({
      self: deviceAt(leaf),
      signalling: {
        request: async (name, payload) => {
          const reply = await window.ask(leaf, name, payload);
          if (!reply.ok) throw new ProtocolError(errorCode.parse(reply.code));
          // The response schema of this very request: what it gives is what was asked for.
          return requests[name].response.parse(reply.value) as never;
        },
      },
      protection: crypto,
      abilities: { vp9Svc: false, simulcast: false },
    });
    this.#engines.set(leaf, engine);
    if (shows) {
      const { showRoom } = await import('./room.tsx');
      engine.setRoster(new Set(all.map(deviceAt)));
      showRoom(engine, all.map(deviceAt));
    }
    engine.start();
    if (picture === null) return;
    engine.publish('camera', paint(picture));
    engine.publish('microphone', this.#hum());
  }

  event(leaf: number, name: EventName, payload: unknown): void {
    const engine = this.#engines.get(leaf);
    if (name === 'media:producers') engine?.onProducers(events[name].parse(payload));
    if (name === 'media:consumerClosed') engine?.onConsumerClosed(events[name].parse(payload));
    if (name === 'media:consumerLayers') engine?.onConsumerLayers(events[name].parse(payload));
    if (name === 'media:consumerScore') engine?.onConsumerScore(events[name].parse(payload));
  }

  /** Pictures and sounds that play. */
  playing(): number {
    const elements = [...document.querySelectorAll<HTMLMediaElement>('video, audio')];
    return elements.filter(({ readyState, HAVE_CURRENT_DATA }) => readyState >= HAVE_CURRENT_DATA).length;
  }

  /** What the meeting's quality watch does every two seconds. */
  watchStats(leaf: number): void {
    setInterval(() => {
      const engine = this.#engines.get(leaf);
      void engine?.stats().then((streams) => engine.quality(streams));
    }, 2_000);
  }

  #hum(): MediaStreamTrack {
    if (this.#sound !== null) return this.#sound.clone();
    const context = new AudioContext();
    const sink = context.createMediaStreamDestination();
    const oscillator = new OscillatorNode(context, { frequency: 220 });
    oscillator.connect(new GainNode(context, { gain: 0.1 })).connect(sink);
    oscillator.start();
    const [track] = sink.stream.getAudioTracks();
    if (track === undefined) throw new Error('no sound');
    this.#sound = track;
    return track;
  }
}

function paint({ width, height, rate }: NonNullable<BenchMember['picture']>): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const brush = canvas.getContext('2d');
  let turn = 0;
  setInterval(() => {
    if (brush === null) return;
    brush.fillStyle = `hsl(${turn++ % 360} 50% 50%)`;
    brush.fillRect(0, 0, width, height);
  }, 1_000 / rate);
  const [track] = canvas.captureStream(rate).getVideoTracks();
  if (track === undefined) throw new Error('no picture');
  return track;
}

export type { Bench };

Object.defineProperty(window, 'bench', { value: new Bench() });
