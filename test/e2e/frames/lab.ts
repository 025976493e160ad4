import { FrameCrypto, type FrameEvent } from '../../../client/e2ee/frames/frameCrypto.ts';
import type { EpochMessage, TransformStats } from '../../../client/e2ee/frames/messages.ts';
import { toBase64Url, toHex } from '../../../shared/bytes.ts';
import { deviceKey } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/records/record.ts';

/** A call between two peers in one page, the way the meeting session attaches frame encryption. */
export interface CallOptions {
  readonly mimeType: string;
  readonly source: Source;
  readonly width?: number;
  readonly height?: number;
  readonly scalabilityMode?: string;
  /** When the sender's transform is attached: as it must be, or after media runs, or not at all. */
  readonly attach?: 'before' | 'late' | 'never';
  /** What receives: our transform, or a tap that sees what came off the wire. */
  readonly receive?: 'open' | 'tap';
  /** Whether the sender is given keys. */
  readonly keys?: boolean;
  /** A worker script that does not exist. */
  readonly missingWorker?: boolean;
  /** Audio is a voice-like sound, or silence. */
  readonly silent?: boolean;
}

export interface CallReport {
  readonly sent: { readonly frames: number; readonly packets: number; readonly bytes: number };
  readonly received: {
    readonly decoded: number;
    readonly width: number;
    readonly bytes: number;
    readonly samples: number;
    readonly concealed: number;
    readonly keyFrames: number;
    readonly energy: number;
    readonly mimeType: string;
  };
  readonly sealed: readonly TransformStats[] | null;
  readonly opened: readonly TransformStats[] | null;
  readonly senderEvents: readonly FrameEvent['type'][];
  readonly receiverEvents: readonly FrameEvent['type'][];
  /** Tracks with proof of life. */
  readonly alive: readonly string[];
  readonly breaches: readonly string[];
  readonly tapped: readonly { readonly size: number; readonly head: string }[];
}

const own = deviceKey.parse(toBase64Url(new Uint8Array(32).fill(1)));
const other = deviceKey.parse(toBase64Url(new Uint8Array(32).fill(2)));

function epochMessage(epoch: number, ownLeaf: number): EpochMessage {
  return {
    type: 'epoch',
    epoch,
    ownLeaf,
    baseKey: new Uint8Array(32).fill(epoch),
    leaves: [
      { leaf: 0, device: own },
      { leaf: 1, device: other },
    ],
  };
}

function end(onEvent: (event: FrameEvent) => void, missing: boolean) {
  const channel = new MessageChannel();
  const options = missing
    ? { onEvent, createWorker: () => new Worker('/no-such-worker.js', { type: 'module' }) }
    : { onEvent };
  const crypto = new FrameCrypto({ ...options, watchIntervalMs: 300, answerWithinMs: 3_000 });
  crypto.attachGroupPort(channel.port2);
  channel.port1.start();
  return { crypto, keys: channel.port1 };
}

class Call {
  readonly #options: CallOptions;
  readonly #sending = new RTCPeerConnection();
  readonly #receiving = new RTCPeerConnection();
  readonly #senderEvents: FrameEvent[] = [];
  readonly #receiverEvents: FrameEvent[] = [];
  readonly #tapped: { size: number; head: string }[] = [];
  readonly #sealer;
  readonly #opener;
  readonly #video = document.createElement('video');
  #sender: RTCRtpSender | null = null;
  #workers: Worker[] = [];

  constructor(options: CallOptions) {
    this.#options = options;
    const original = globalThis.Worker;
    const made = this.#workers;
    // Keeps hold of the workers, so that a test can end one as a crash would.
    globalThis.Worker = class extends original {
      constructor(url: string | URL, workerOptions?: WorkerOptions) {
        super(url, workerOptions);
        made.push(this);
      }
    };
    this.#sealer = end((event) => this.#senderEvents.push(event), options.missingWorker === true);
    this.#opener = end((event) => this.#receiverEvents.push(event), false);
    globalThis.Worker = original;
  }

  async start(): Promise<void> {
    const { source, mimeType, width = 320, height = 180, scalabilityMode, silent } = this.#options;
    const kind = mimeType.startsWith('audio') ? 'audio' : 'video';
    const stream =
      kind === 'audio'
        ? sound(silent === true)
        : await navigator.mediaDevices.getUserMedia({ video: { width, height, frameRate: 20 } });
    const [track] = stream.getTracks();
    if (track === undefined) throw new Error('no track');
    this.#sending.onicecandidate = ({ candidate }) =>
      void this.#receiving.addIceCandidate(candidate ?? undefined);
    this.#receiving.onicecandidate = ({ candidate }) =>
      void this.#sending.addIceCandidate(candidate ?? undefined);
    const transceiver = this.#sending.addTransceiver(track, {
      direction: 'sendonly',
      sendEncodings: scalabilityMode === undefined ? [{}] : [{ scalabilityMode } as RTCRtpEncodingParameters],
    });
    const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
    transceiver.setCodecPreferences(
      codecs.filter((codec) => codec.mimeType.toLowerCase() === mimeType.toLowerCase()),
    );
    this.#sender = transceiver.sender;
    if ((this.#options.attach ?? 'before') === 'before') this.protect();
    if (this.#options.keys !== false) this.sendingEpoch(1);
    this.#opener.keys.postMessage(epochMessage(1, 1));
    this.#receiving.ontrack = ({ receiver, streams, track: received }) => {
      if (this.#options.receive === 'tap') this.#tap(receiver);
      else this.#opener.crypto.protectReceiver(receiver, { trackRef: 'it', source, device: own });
      this.#video.srcObject = streams[0] ?? new MediaStream([received]);
      void this.#video.play().catch(() => undefined);
    };
    await this.#sending.setLocalDescription(await this.#sending.createOffer());
    await this.#receiving.setRemoteDescription(this.#sending.localDescription ?? { type: 'offer' });
    await this.#receiving.setLocalDescription(await this.#receiving.createAnswer());
    await this.#sending.setRemoteDescription(this.#receiving.localDescription ?? { type: 'answer' });
  }

  #tap(receiver: RTCRtpReceiver): void {
    const worker = new Worker(new URL('./tapWorker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<{ size: number; head: Uint8Array }>) => {
      this.#tapped.push({ size: data.size, head: toHex(data.head) });
    };
    receiver.transform = new RTCRtpScriptTransform(worker);
  }

  /** Attaches the sender's transform. */
  protect(): void {
    if (this.#sender !== null)
      this.#sealer.crypto.protectSender(this.#sender, { source: this.#options.source });
  }

  /** Protects sender and receiver once more, as for a reused transceiver, now for another source and sender. */
  reuse(source: Source, from: 'own' | 'other'): void {
    const receiver = this.#receiving.getReceivers()[0];
    if (this.#sender === null || receiver === undefined) throw new Error('nothing to reuse');
    this.#sealer.crypto.protectSender(this.#sender, { source });
    const expected = from === 'own' ? own : other;
    this.#opener.crypto.protectReceiver(receiver, { trackRef: 'next', source, device: expected });
  }

  sendingEpoch(epoch: number): void {
    this.#sealer.keys.postMessage(epochMessage(epoch, 0));
  }

  receivingEpoch(epoch: number): void {
    this.#opener.keys.postMessage(epochMessage(epoch, 1));
  }

  /** Ends the sealing worker as a crash would. */
  killWorker(): void {
    this.#workers[0]?.terminate();
  }

  removeTransform(): void {
    if (this.#sender !== null) this.#sender.transform = null;
  }

  async report(): Promise<CallReport> {
    const outbound = await sum(this.#sending, 'outbound-rtp');
    const inbound = await sum(this.#receiving, 'inbound-rtp');
    return {
      sent: {
        frames: outbound.read('framesSent'),
        packets: outbound.read('packetsSent'),
        bytes: outbound.read('bytesSent'),
      },
      received: {
        decoded: inbound.read('framesDecoded'),
        width: inbound.read('frameWidth'),
        bytes: inbound.read('bytesReceived'),
        samples: inbound.read('totalSamplesReceived'),
        concealed: inbound.read('concealedSamples'),
        keyFrames: inbound.read('keyFramesDecoded'),
        energy: inbound.read('totalAudioEnergy'),
        mimeType: inbound.mimeType,
      },
      sealed: await this.#sealer.crypto.stats(),
      opened: await this.#opener.crypto.stats(),
      senderEvents: this.#senderEvents.map(({ type }) => type),
      receiverEvents: this.#receiverEvents.map(({ type }) => type),
      alive: this.#receiverEvents.flatMap((event) => (event.type === 'alive' ? [event.trackRef] : [])),
      breaches: this.#senderEvents.flatMap((event) => (event.type === 'breach' ? [event.reason] : [])),
      tapped: this.#tapped,
    };
  }

  close(): void {
    this.#sender?.track?.stop();
    this.#sending.close();
    this.#receiving.close();
    this.#sealer.crypto.close();
    this.#opener.crypto.close();
    this.#video.srcObject = null;
  }
}

/** A buzz through a moving filter, loud and soft four times a second, or the same at no volume. */
function sound(silent: boolean): MediaStream {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const buzz = context.createOscillator();
  buzz.type = 'sawtooth';
  buzz.frequency.value = 140;
  const filter = context.createBiquadFilter();
  filter.type = 'bandpass';
  const volume = context.createGain();
  volume.gain.value = 0;
  const sway = context.createOscillator();
  sway.frequency.value = 4;
  const reach = context.createGain();
  reach.gain.value = silent ? 0 : 0.8;
  sway.connect(reach).connect(volume.gain);
  sway.connect(reach).connect(filter.detune);
  buzz.connect(filter).connect(volume).connect(destination);
  buzz.start();
  sway.start();
  return destination.stream;
}

async function sum(peer: RTCPeerConnection, type: string) {
  const report = await peer.getStats();
  const entries: Record<string, unknown>[] = [];
  report.forEach((entry: Record<string, unknown>) => {
    entries.push(entry);
  });
  const streams = entries.filter((entry) => entry.type === type);
  const codec = entries.find((entry) => entry.type === 'codec');
  return {
    mimeType: typeof codec?.mimeType === 'string' ? codec.mimeType : '',
    read: (name: string) =>
      streams.reduce((total, entry) => {
        const value = entry[name];
        return total + (typeof value === 'number' ? value : 0);
      }, 0),
  };
}

let call: Call | null = null;

const lab = {
  async start(options: CallOptions): Promise<void> {
    call?.close();
    call = new Call(options);
    await call.start();
  },
  report: (): Promise<CallReport> => current().report(),
  protect: () => current().protect(),
  reuse: (source: Source, from: 'own' | 'other') => current().reuse(source, from),
  sendingEpoch: (epoch: number) => current().sendingEpoch(epoch),
  receivingEpoch: (epoch: number) => current().receivingEpoch(epoch),
  killWorker: () => current().killWorker(),
  removeTransform: () => current().removeTransform(),
  close: () => {
    call?.close();
    call = null;
  },
};
export type FrameLab = typeof lab;

function current(): Call {
  if (call === null) throw new Error('no call');
  return call;
}

declare global {
  interface Window {
    frameLab: FrameLab;
  }
}
window.frameLab = lab;
