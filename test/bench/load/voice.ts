import { randomBytes, randomInt } from 'node:crypto';
import type { Producer } from 'mediasoup/types';
import type { FrameCore } from '../../../client/e2ee/frames/frameCore.ts';
import type { Source } from '../../../shared/records/record.ts';

/** Bytes of one packet's payload: what is left of 1,200 once headers and SRTP's tag are taken off. */
const PAYLOAD = 1_100;
/** So often a picture can be begun with: whoever subscribes waits no longer. */
const KEY_FRAME_MS = 2_000;
/** Where a frame says when it was made; the first byte tells key from delta. */
const MADE_AT = 1;

const forms = {
  camera: { codec: 'vp8', clockRate: 90_000, payloadType: 101 },
  microphone: { codec: 'opus', clockRate: 48_000, payloadType: 100 },
} as const;

/** Milliseconds since 1970, with fractions. */
const now = () => performance.timeOrigin + performance.now();

/** When a frame of `Voice` was made, by its opened bytes. */
export function madeAt(frame: Uint8Array): number {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.length).readDoubleBE(MADE_AT);
}

let nextTransform = 0;

/** One source of one participant: frames of random bytes at an even pace, sealed as real ones are, in RTP packets. */
export class Voice {
  readonly ssrc = randomInt(1, 2 ** 32 - 1);
  readonly payloadType: number;
  readonly #source: 'camera' | 'microphone';
  readonly #frameBytes: number;
  readonly #everyMs: number;
  readonly #track: ReturnType<FrameCore['sealTrack']>;
  #sequence = randomInt(0x8000);
  #timestamp = randomInt(2 ** 31);
  #keyAt = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Frames that were sealed and sent. */
  sealed = 0;

  constructor(
    source: Source & ('camera' | 'microphone'),
    frames: FrameCore,
    pace: { readonly kbps: number; readonly fps: number },
  ) {
    this.#source = source;
    const { codec, payloadType } = forms[source];
    this.payloadType = payloadType;
    this.#everyMs = 1_000 / pace.fps;
    this.#frameBytes = Math.max(16, Math.round((pace.kbps * 1_000) / 8 / pace.fps));
    this.#track = frames.sealTrack({ role: 'seal', id: nextTransform++, source, codec });
  }

  start(producer: Producer): void {
    let due = performance.now();
    const tick = () => {
      // A process that fell behind does not make up for it with a burst.
      due = Math.max(due + this.#everyMs, performance.now() - this.#everyMs);
      this.#timer = setTimeout(tick, Math.max(0, due - performance.now()));
      if (!producer.closed) this.#send(producer);
    };
    tick();
  }

  /** Idempotent. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #send(producer: Producer): void {
    const frame = this.#frame();
    this.#timestamp = (this.#timestamp + (forms[this.#source].clockRate * this.#everyMs) / 1_000) >>> 0;
    this.#track.push(frame, ({ data }) => {
      this.sealed += 1;
      for (const packet of this.#packets(Buffer.from(data))) producer.send(packet);
    });
  }

  #frame(): { data: ArrayBuffer; getMetadata: () => { mimeType?: string } } {
    const bytes = randomBytes(this.#frameBytes);
    const at = now();
    const isKey = at - this.#keyAt >= KEY_FRAME_MS;
    if (isKey) this.#keyAt = at;
    bytes.writeUInt8(isKey ? 0 : 1, 0);
    bytes.writeDoubleBE(at, MADE_AT);
    return { data: new Uint8Array(bytes).buffer, getMetadata: () => ({}) };
  }

  /** Packets of one sealed frame: VP8 with its descriptor (RFC 7741 section 4.2), Opus whole. */
  *#packets(data: Buffer): Generator<Buffer> {
    const isVideo = this.#source === 'camera';
    const step = isVideo ? PAYLOAD : data.length;
    for (let at = 0; at < data.length; at += step) {
      const isLast = at + step >= data.length;
      const header = Buffer.alloc(isVideo ? 13 : 12);
      header.writeUInt8(0x80, 0);
      header.writeUInt8((isVideo && isLast ? 0x80 : 0) | this.payloadType, 1);
      header.writeUInt16BE(this.#sequence, 2);
      header.writeUInt32BE(this.#timestamp, 4);
      header.writeUInt32BE(this.ssrc, 8);
      if (isVideo) header.writeUInt8(at === 0 ? 0x10 : 0, 12);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      yield Buffer.concat([header, data.subarray(at, at + step)]);
    }
  }
}
