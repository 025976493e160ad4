import { FrameCrypto, type FrameEvent } from '../../../client/e2ee/frames/frameCrypto.ts';
import type { EpochMessage } from '../../../client/e2ee/frames/messages.ts';
import { testConnection } from '../../../client/media/connectionTest.ts';
import { type DeviceErrorCode, deviceErrorOf } from '../../../client/media/deviceError.ts';
import { Devices } from '../../../client/media/devices.ts';
import type { Background } from '../../../client/media/effects/background.ts';
import { meanLuma } from '../../../client/media/effects/brightness.ts';
import { suppressNoise } from '../../../client/media/effects/noise.ts';
import { changePicture } from '../../../client/media/effects/picture.ts';
import { MediaEngine } from '../../../client/media/engine.ts';
import { LevelMeter } from '../../../client/media/levelMeter.ts';
import type { FrameProtection } from '../../../client/media/protection.ts';
import type { Signalling } from '../../../client/media/signalling.ts';
import type { StreamStats } from '../../../client/media/stats.ts';
import { browserTimers } from '../../../client/media/timers.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { errorCode, ProtocolError } from '../../../shared/errors.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import { type EventName, events } from '../../../shared/protocol/events.ts';
import { requests } from '../../../shared/protocol/requests.ts';
import type { Source } from '../../../shared/records/record.ts';
import { SkippingClock } from '../../support/skippingClock.ts';

/** The device key of the member at a leaf. */
export function deviceAt(leaf: number): DeviceKey {
  return deviceKey.parse(toBase64Url(new Uint8Array(32).fill(leaf + 1)));
}

export interface JoinOptions {
  readonly leaf: number;
  /** Leaves in the group. */
  readonly members: number;
  /** Forces how the camera is encoded. */
  readonly abilities?: { readonly vp9Svc: boolean; readonly simulcast: boolean };
  /** Makes attaching fail. */
  readonly unprotected?: 'sender' | 'receiver';
  /** Whether this device is given keys. */
  readonly keys?: boolean;
  /** Sends and plays as it is, to compare with. */
  readonly clear?: boolean;
}

/** A remote stream as the test sees it. */
export interface SeenStream {
  readonly device: DeviceKey;
  readonly source: Source;
  readonly state: string;
  readonly seal: string;
  readonly shown: boolean;
  readonly layers: { readonly spatial: number; readonly temporal: number } | null;
  readonly wanted: { readonly spatial: number; readonly temporal: number } | null;
}

export interface Seen {
  readonly own: Readonly<Record<Source, string>>;
  readonly streams: readonly SeenStream[];
  readonly ghosts: readonly DeviceKey[];
  readonly send: string;
  readonly receive: string;
  readonly events: readonly string[];
  readonly levels: readonly DeviceKey[];
  readonly heard: Readonly<Record<string, number>>;
}

declare global {
  interface Window {
    readonly lab: LabPage;
    /** Exposed by the test: asks the SFU. */
    sfu(name: string, payload: unknown): Promise<{ ok: boolean; value?: unknown; code?: string }>;
  }
}

class Refusing implements FrameProtection {
  readonly #inner: FrameCrypto;
  readonly #refuse: 'sender' | 'receiver';

  constructor(inner: FrameCrypto, refuse: 'sender' | 'receiver') {
    this.#inner = inner;
    this.#refuse = refuse;
  }

  protectSender(...given: Parameters<FrameProtection['protectSender']>) {
    if (this.#refuse === 'sender') throw new Error('refused');
    return this.#inner.protectSender(...given);
  }

  protectReceiver(...given: Parameters<FrameProtection['protectReceiver']>) {
    if (this.#refuse === 'receiver') throw new Error('refused');
    return this.#inner.protectReceiver(...given);
  }

  stats() {
    return this.#inner.stats();
  }
}

/** No protection at all, which only this page can do: what a call is like without any. */
class Clear implements FrameProtection {
  readonly #onEvent: (event: FrameEvent) => void;

  constructor(onEvent: (event: FrameEvent) => void) {
    this.#onEvent = onEvent;
  }

  protectSender() {
    return { id: 0, close: () => undefined };
  }

  protectReceiver(_receiver: RTCRtpReceiver, { trackRef }: { readonly trackRef: string }) {
    // Once the stream is there.
    setTimeout(() => this.#onEvent({ type: 'alive', trackRef }), 500);
    return { id: 0, close: () => undefined };
  }

  async stats() {
    return null;
  }
}

const signalling: Signalling = {
  request: async (name, payload) => {
    const reply = await window.sfu(name, payload);
    if (!reply.ok) throw new ProtocolError(errorCode.parse(reply.code));
    // The response schema of this very request: what it gives is what was asked for.
    return requests[name].response.parse(reply.value) as never;
  },
};

function protectionOf(
  { clear, unprotected }: JoinOptions,
  crypto: FrameCrypto,
  onEvent: (event: FrameEvent) => void,
): FrameProtection {
  if (clear === true) return new Clear(onEvent);
  return unprotected === undefined ? crypto : new Refusing(crypto, unprotected);
}

class LabPage {
  /** The engine's. */
  readonly clock = new SkippingClock();
  readonly devices = new Devices();
  #engine: MediaEngine | null = null;
  #crypto: FrameCrypto | null = null;
  readonly #events: string[] = [];
  readonly #deviceEvents: string[] = [];
  #levels: ReadonlyMap<DeviceKey, number> = new Map();
  /** The loudest each device was heard. */
  readonly #heard: Record<string, number> = {};
  readonly #elements = new Map<MediaStreamTrack, HTMLMediaElement>();

  constructor() {
    this.devices.on('lost', ({ source }) => this.#deviceEvents.push(`lost ${source}`));
    this.devices.on('replaced', ({ source }) => this.#deviceEvents.push(`replaced ${source}`));
    this.devices.on('track', ({ source }) => this.#deviceEvents.push(`track ${source}`));
  }

  join(options: JoinOptions): void {
    const channel = new MessageChannel();
    const onEvent = (event: FrameEvent) => {
      if (event.type === 'breach') this.#events.push(`breach ${event.reason}`);
      this.#engine?.onFrameEvent(event);
    };
    const crypto = new FrameCrypto({ onEvent });
    this.#crypto = crypto;
    crypto.attachGroupPort(channel.port2);
    if (options.keys !== false) {
      const message: EpochMessage = {
        type: 'epoch',
        epoch: 1,
        ownLeaf: options.leaf,
        baseKey: new Uint8Array(32).fill(7),
        leaves: Array.from({ length: options.members }, (_, leaf) => ({ leaf, device: deviceAt(leaf) })),
      };
      channel.port1.postMessage(message);
    }
    const engine = new MediaEngine({
      self: deviceAt(options.leaf),
      signalling,
      timers: this.clock,
      protection: protectionOf(options, crypto, onEvent),
      ...(options.abilities === undefined ? {} : { abilities: options.abilities }),
    });
    this.#engine = engine;
    engine.on('change', () => this.#play());
    engine.on('levels', (levels) => {
      this.#levels = levels;
      for (const [device, level] of levels) this.#heard[device] = Math.max(level, this.#heard[device] ?? 0);
    });
    engine.on('stopped', ({ source }) => this.#events.push(`stopped ${source}`));
    engine.on('crowded', ({ source }) => this.#events.push(`crowded ${source}`));
    engine.on('unprotected', ({ source }) => this.#events.push(`unprotected ${source}`));
    engine.on('unusable', ({ error }) => this.#events.push(`unusable ${error.code}`));
    engine.setRoster(new Set(Array.from({ length: options.members }, (_, leaf) => deviceAt(leaf))));
    engine.start();
  }

  get engine(): MediaEngine {
    if (this.#engine === null) throw new Error('not joined');
    return this.#engine;
  }

  /** Turns a source on and publishes it. */
  async publish(source: 'microphone' | 'camera', muted = false): Promise<void> {
    const track = await (source === 'camera' ? this.devices.startCamera() : this.devices.startMicrophone());
    this.engine.publish(source, track, muted);
  }

  /** Publishes a canvas of this size as a screen. */
  publishCanvas(width: number, height: number): void {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    let turn = 0;
    setInterval(() => {
      if (context === null) return;
      context.fillStyle = `hsl(${turn++ % 360} 50% 50%)`;
      context.fillRect(0, 0, width, height);
    }, 100);
    const track = canvas.captureStream(10).getVideoTracks()[0];
    if (track !== undefined) this.engine.publish('screen', track);
  }

  event(name: EventName, payload: unknown): void {
    switch (name) {
      case 'media:producers':
        return this.engine.onProducers(events['media:producers'].parse(payload));
      case 'media:consumerClosed':
        return this.engine.onConsumerClosed(events['media:consumerClosed'].parse(payload));
      case 'media:consumerLayers':
        return this.engine.onConsumerLayers(events['media:consumerLayers'].parse(payload));
      case 'media:consumerScore':
        return this.engine.onConsumerScore(events['media:consumerScore'].parse(payload));
      case 'media:producerStopped':
        return this.engine.onProducerStopped(events['media:producerStopped'].parse(payload));
      case 'media:reset':
        return this.engine.onReset();
      default:
        return;
    }
  }

  setTiles(tiles: readonly { leaf: number; source: Source; height: number }[]): void {
    this.engine.setTiles(
      tiles.map(({ leaf, source, height }) => ({ device: deviceAt(leaf), source, height })),
    );
  }

  setMembers(leaves: readonly number[]): void {
    this.engine.setRoster(new Set(leaves.map(deviceAt)));
  }

  seen(): Seen {
    const { own, remote, ghosts, send, receive } = this.engine.snapshot();
    const states = (source: Source) => own[source].state;
    return {
      own: {
        microphone: states('microphone'),
        camera: states('camera'),
        screen: states('screen'),
        screenAudio: states('screenAudio'),
      },
      streams: [...remote].flatMap(([device, streams]) =>
        (['microphone', 'camera', 'screen', 'screenAudio'] as const)
          .map((source) => ({ device, source, ...streams[source] }))
          .filter(({ state }) => state !== 'off')
          .map(({ track, score: _, ...rest }) => ({ ...rest, shown: track !== null })),
      ),
      ghosts,
      send,
      receive,
      events: [...this.#events],
      levels: [...this.#levels.keys()],
      heard: { ...this.#heard },
    };
  }

  /**
   * A person drawn before a striped wall, before and after an effect: mean luma of the whole, the colour at the
   * upper left and in the face, and what the effect costs in ms.
   */
  async painted(settings: { readonly background: Background; readonly brighten: boolean }, light: number) {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 640, height: 360 });
    const brush = canvas.getContext('2d');
    if (brush === null) throw new Error('no canvas');
    const painting = setInterval(() => paintPerson(brush, light), 66);
    paintPerson(brush, light);
    const [camera] = canvas.captureStream(15).getVideoTracks();
    if (camera === undefined) throw new Error('no picture');
    const effect = await changePicture(camera, settings, {
      onEnd: (reason) => this.#events.push(`ended ${reason}`),
    });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const { costMs } = effect;
    const after = await look(effect.track);
    const before = await look(camera);
    effect.close();
    clearInterval(painting);
    return { before, after, costMs, camera: camera.readyState, events: [...this.#events] };
  }

  /** Loudness of white noise before and after suppression, and what the effect costs in ms. */
  async silenced(): Promise<{ before: number; after: number; costMs: number | null }> {
    const context = new AudioContext({ sampleRate: 48_000 });
    const buffer = context.createBuffer(1, 48_000, 48_000);
    const samples = buffer.getChannelData(0);
    for (let at = 0; at < samples.length; at++) samples[at] = (Math.random() * 2 - 1) * 0.1;
    const source = context.createBufferSource();
    Object.assign(source, { buffer, loop: true });
    const sink = context.createMediaStreamDestination();
    source.connect(sink);
    source.start();
    const [noise] = sink.stream.getAudioTracks();
    if (noise === undefined) throw new Error('no sound');
    const effect = await suppressNoise(noise, {
      onEnd: (reason) => this.#events.push(`ended ${reason}`),
    });
    const { costMs } = effect;
    const [meterBefore, meterAfter] = [new LevelMeter(noise), new LevelMeter(effect.track)];
    let [before, after] = [0, 1];
    const end = performance.now() + 20_000;
    // The network needs a moment to know the noise.
    while ((before < 0.03 || after > before / 2) && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      [before, after] = [meterBefore.read(), meterAfter.read()];
    }
    effect.close();
    await context.close();
    return { before, after, costMs };
  }

  testConnection() {
    return testConnection(signalling, browserTimers);
  }

  stats(): Promise<readonly StreamStats[]> {
    return this.engine.stats();
  }

  /** Frames that this device sealed and opened, from the frame worker. */
  async sealed() {
    return (await this.#crypto?.stats()) ?? [];
  }

  deviceView() {
    const { microphoneTrack, cameraTrack, screen, ...view } = this.devices.snapshot();
    return {
      ...view,
      microphoneTrack: microphoneTrack?.readyState ?? null,
      cameraTrack: cameraTrack?.readyState ?? null,
      cameraHeight: cameraTrack?.getSettings().height ?? null,
      screen: screen?.screen.readyState ?? null,
      events: [...this.#deviceEvents],
    };
  }

  /** Starts a device and tells how that went. */
  async tryStart(kind: 'microphone' | 'camera'): Promise<'ok' | DeviceErrorCode> {
    try {
      await (kind === 'camera' ? this.devices.startCamera() : this.devices.startMicrophone());
      return 'ok';
    } catch (error) {
      return deviceErrorOf(error).code;
    }
  }

  close(): void {
    this.#engine?.close();
    this.#crypto?.close();
    this.devices.close();
  }

  /** Plays every released track, as tiles do: Chromium decodes nothing that nobody plays. */
  #play(): void {
    const released = new Set<MediaStreamTrack>();
    for (const streams of this.engine.snapshot().remote.values()) {
      for (const { track } of Object.values(streams)) if (track !== null) released.add(track);
    }
    for (const [track, element] of this.#elements) {
      if (released.has(track)) continue;
      this.#elements.delete(track);
      element.remove();
    }
    for (const track of released) {
      if (this.#elements.has(track)) continue;
      const element = document.createElement(track.kind === 'audio' ? 'audio' : 'video');
      element.autoplay = true;
      element.srcObject = new MediaStream([track]);
      document.body.append(element);
      this.#elements.set(track, element);
    }
  }
}

function paintPerson(brush: CanvasRenderingContext2D, light: number): void {
  const unit = 36;
  const ellipse = (colour: string, x: number, y: number, wide: number, high: number) => {
    brush.fillStyle = colour;
    brush.beginPath();
    brush.ellipse(320 + x * unit, y * unit, wide * unit, high * unit, 0, 0, Math.PI * 2);
    brush.fill();
  };
  brush.filter = `brightness(${light})`;
  for (let x = 0; x < 640; x += 40) {
    brush.fillStyle = x % 80 === 0 ? '#8c9a97' : '#7d8b88';
    brush.fillRect(x, 0, 40, 360);
  }
  ellipse('#334058', 0, 11, 3.6, 4);
  ellipse('#c39678', 0, 6.4, 0.7, 1.2);
  ellipse('#3b2f2a', 0, 4.1, 1.9, 1.9);
  ellipse('#d9a98a', 0, 4.6, 1.4, 1.75);
  for (const side of [-0.55, 0.55]) {
    ellipse('#fafafa', side, 4.3, 0.28, 0.15);
    ellipse('#1e1414', side, 4.3, 0.13, 0.14);
  }
  ellipse('#b9876e', 0, 4.8, 0.15, 0.3);
  ellipse('#a54b4b', 0, 5.55, 0.55, 0.16);
  brush.filter = 'none';
}

/** What a track shows: its mean luma, its upper left corner, and its middle where the face is. */
async function look(track: MediaStreamTrack) {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  const brush = new OffscreenCanvas(64, 36).getContext('2d');
  if (brush === null) throw new Error('no canvas');
  brush.drawImage(video, 0, 0, 64, 36);
  const at = (x: number, y: number) => [...brush.getImageData(x, y, 1, 1).data].slice(0, 3);
  return { luma: meanLuma(brush.getImageData(0, 0, 64, 36).data), corner: at(2, 2), face: at(32, 18) };
}

export type { LabPage };

Object.defineProperty(window, 'lab', { value: new LabPage() });
