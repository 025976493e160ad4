import type { ChaChaSFrame } from '../sframe/chacha.ts';
import type { AuthorshipLog } from './authorship.ts';
import { type Codec, codecOf } from './codec.ts';
import { FrameSealer, type SealResult } from './frameSealer.ts';
import type { KeyTable } from './keyTable.ts';
import type { SealOptions, TransformStats } from './messages.ts';
import { Tally } from './tally.ts';

/** The part of RTCEncodedVideoFrame and RTCEncodedAudioFrame in use. */
export interface EncodedFrame {
  data: ArrayBuffer;
  getMetadata(): { readonly mimeType?: string };
}

/**
 * Puts other bytes into a frame and gives back the memory of those it had. Left to the collector, that memory is
 * replaced by cold one for the next frame, which in Chromium costs a third as much as sealing it does.
 */
export function replaceData(frame: EncodedFrame, data: ArrayBuffer): void {
  const { data: before } = frame;
  frame.data = data;
  // Not in Firefox before 122 and Safari before 17.4.
  before.transfer?.(0);
}

/** The codec a frame says it has; where a browser says nothing, the one given at attach time. */
export function codecFor(frame: EncodedFrame, given: Codec | undefined): Codec | null {
  const { mimeType } = frame.getMetadata();
  return mimeType === undefined ? (given ?? null) : codecOf(mimeType);
}

interface Context {
  readonly sframe: ChaChaSFrame;
  readonly table: KeyTable;
  readonly log: AuthorshipLog;
}

/** One sending transform. */
export class SealTrack {
  readonly id: number;
  readonly #context: Context;
  readonly #tally = new Tally();
  #options: SealOptions;
  #sealer: FrameSealer;

  constructor(options: SealOptions, context: Context) {
    this.id = options.id;
    this.#context = context;
    this.#options = options;
    this.#sealer = new FrameSealer(context.sframe, context.table, options.source, context.log);
  }

  /** Serves another source from now on. Counts go on. */
  rebind(options: SealOptions): void {
    const { sframe, table, log } = this.#context;
    this.#options = options;
    this.#sealer = new FrameSealer(sframe, table, options.source, log);
  }

  /** Seals a frame in place and emits it, or drops it. Nothing is ever emitted unsealed. */
  push<Frame extends EncodedFrame>(frame: Frame, emit: (frame: Frame) => void): void {
    this.#tally.framesIn++;
    const codec = codecFor(frame, this.#options.codec);
    const result: SealResult =
      codec === null
        ? { type: 'drop', reason: 'unsupported-codec' }
        : this.#sealer.seal(new Uint8Array(frame.data), codec);
    if (result.type === 'drop') {
      this.#tally.drop(result.reason);
      return;
    }
    replaceData(frame, result.data.buffer);
    this.#tally.pass(result.data.length);
    emit(frame);
  }

  /** A frame that could not be processed. */
  fail(): void {
    this.#tally.drop('malformed');
  }

  stats(): TransformStats {
    return this.#tally.read(this.id, 'seal', 0);
  }
}
