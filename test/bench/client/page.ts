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
  /** Height of the tiles it shows of everybody else; null for none. */
  readonly tiles: number | null;
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
  readonly #longTasks: number[] = [];
  readonly #elements = new Map<MediaStreamTrack, HTMLMediaElement>();
  #sound: MediaStreamTrack | null = null;

  constructor() {
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#longTasks.push(duration);
    }).observe({ type: 'longtask', buffered: true });
  }

  join({ leaf, members, picture, tiles }: BenchMember): void {
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
    if (tiles !== null) {
      engine.on('change', () => this.#play(engine));
      const others = all.filter((each) => each !== leaf);
      engine.setRoster(new Set(all.map(deviceAt)));
      engine.setTiles(others.map((each) => ({ device: deviceAt(each), source: 'camera', height: tiles })));
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
    return this.#elements.size;
  }

  /** Durations of long tasks so far, in ms; forgets them. */
  takeLongTasks(): number[] {
    return this.#longTasks.splice(0);
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

  #play(engine: MediaEngine): void {
    for (const streams of engine.snapshot().remote.values()) {
      for (const { track } of Object.values(streams)) {
        if (track === null || this.#elements.has(track)) continue;
        const element = document.createElement(track.kind === 'audio' ? 'audio' : 'video');
        element.autoplay = true;
        element.style.width = '160px';
        element.srcObject = new MediaStream([track]);
        document.body.append(element);
        this.#elements.set(track, element);
      }
    }
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
