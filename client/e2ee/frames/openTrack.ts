import type { DeviceKey } from '../../../shared/ids.ts';
import type { ChaChaSFrame } from '../sframe/chacha.ts';
import { decodeMlsKid } from '../sframe/kid.ts';
import { AuthorshipTracker } from './authorship.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Clock } from './clock.ts';
import { FrameOpener } from './frameOpener.ts';
import { HoldQueue } from './holdQueue.ts';
import { contextOf, type KeyTable } from './keyTable.ts';
import type { AuthorshipState, DropReason, OpenOptions, TransformStats } from './messages.ts';
import { codecFor, type EncodedFrame, replaceData } from './sealTrack.ts';
import { Tally } from './tally.ts';

/** Key frames are asked for at most this often. */
const keyFrameIntervalMs = 1_000;

export interface OpenTrackEvents {
  /** First authenticated frame of this binding. */
  alive(track: OpenTrack): void;
  authorship(track: OpenTrack, state: AuthorshipState): void;
}

interface Context {
  readonly sframe: ChaChaSFrame;
  readonly table: KeyTable;
  readonly clock: Clock;
  readonly events: OpenTrackEvents;
}

/** One receiving transform. */
export class OpenTrack {
  readonly id: number;
  readonly #context: Context;
  readonly #tally = new Tally();
  readonly #held = new HoldQueue<() => boolean>();
  readonly #askKeyFrame: () => void;
  #options: OpenOptions;
  #opener: FrameOpener;
  #tracker: AuthorshipTracker | null = null;
  #state: AuthorshipState = 'covered';
  #alive = false;
  #gap = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `askKeyFrame` asks the sender for a key frame; called after a gap, at most once a second. */
  constructor(options: OpenOptions, context: Context, askKeyFrame: () => void) {
    this.id = options.id;
    this.#options = options;
    this.#context = context;
    this.#askKeyFrame = askKeyFrame;
    this.#opener = new FrameOpener(context.sframe, context.table, options.source);
  }

  get binding(): number {
    return this.#options.binding;
  }

  /** Serves another track, sender or source from now on; proof of life starts over. */
  rebind(options: OpenOptions): void {
    this.#options = options;
    this.#opener = new FrameOpener(this.#context.sframe, this.#context.table, options.source);
    for (const _ of this.#held.take()) this.#tally.drop('no-key');
    if (this.#tracker !== null) this.#tracker = new AuthorshipTracker();
    this.#alive = false;
    this.#state = 'covered';
  }

  /** Expects another device on this track; proof of life starts over. */
  expect(device: DeviceKey | null, binding: number): void {
    this.rebind({ ...this.#options, device, binding });
  }

  /** Starts or stops requiring signed checkpoints. */
  enforceAuthorship(enforce: boolean): void {
    if (enforce === (this.#tracker !== null)) return;
    this.#tracker = enforce ? new AuthorshipTracker() : null;
    this.#setState('covered');
  }

  /** Opens a frame and emits it, holds it for its key, or drops it. */
  push<Frame extends EncodedFrame>(frame: Frame, emit: (frame: Frame) => void): void {
    this.#tally.framesIn++;
    if (frame.data.byteLength === 0) {
      this.#tally.drop('empty');
      return;
    }
    if (this.#open(frame, emit)) return;
    const attempt = () => this.#open(frame, emit);
    const held = { item: attempt, bytes: frame.data.byteLength, at: this.#context.clock.now() };
    for (let dropped = this.#held.push(held); dropped > 0; dropped--) this.#drop('no-key');
  }

  /** A frame that could not be processed. */
  fail(): void {
    this.#drop('malformed');
  }

  /** New keys: opens what waited for them, in order. */
  keysChanged(): void {
    for (const held of this.#held.take()) {
      if (!held.item()) this.#held.push(held);
    }
  }

  /** The group is left: what waits for its keys or its members' signatures waits no more. */
  restart(): void {
    for (const _ of this.#held.take()) this.#drop('no-key');
    if (this.#tracker === null) return;
    this.#tracker = new AuthorshipTracker();
    this.#setState('covered');
  }

  /** Checkpoints may have been missed: uncovered frames are let go. */
  forgive(): void {
    if (this.#tracker === null) return;
    this.#tracker.forgive();
    this.#setState(this.#tracker.state(this.#context.clock.now()));
  }

  /** Applies a verified checkpoint of `device`. */
  cover(device: DeviceKey, checkpoint: Checkpoint): void {
    if (this.#tracker === null || device !== this.#options.device) return;
    const context = contextOf(this.#options.source);
    for (const run of checkpoint.runs) {
      if (decodeMlsKid(run.kid).context !== context) continue;
      this.#tracker.cover(run.kid, run.firstCtr, run.hashes, this.#context.clock.now());
    }
    this.#setState(this.#tracker.state(this.#context.clock.now()));
  }

  /** Drops what waited too long and looks after authorship; called a few times a second. */
  tick(): void {
    const now = this.#context.clock.now();
    for (let expired = this.#held.expire(now); expired > 0; expired--) this.#drop('no-key');
    if (this.#tracker !== null) this.#setState(this.#tracker.state(now));
  }

  stats(): TransformStats {
    return this.#tally.read(this.id, 'open', this.#held.size);
  }

  /** Whether the frame is done with; false when its key may still come. */
  #open<Frame extends EncodedFrame>(frame: Frame, emit: (frame: Frame) => void): boolean {
    const codec = codecFor(frame, this.#options.codec);
    if (codec === null) {
      this.#tally.drop('unsupported-codec');
      return true;
    }
    const { device } = this.#options;
    const result = this.#opener.open(new Uint8Array(frame.data), codec, device, this.#tracker !== null);
    if (result.type === 'hold') return false;
    if (result.type === 'drop') {
      this.#drop(result.reason);
      return true;
    }
    if (this.#tracker !== null && result.hash !== null) {
      const now = this.#context.clock.now();
      this.#tracker.seen(result.kid, result.ctr, result.hash, now);
      this.#setState(this.#tracker.state(now));
    }
    if (this.#state !== 'covered') {
      this.#drop('unsigned');
      return true;
    }
    if (!this.#alive) {
      this.#alive = true;
      this.#context.events.alive(this);
    }
    if (this.#gap) this.#mendGap();
    replaceData(frame, result.data.buffer);
    this.#tally.pass(result.data.length);
    emit(frame);
    return true;
  }

  #drop(reason: DropReason): void {
    this.#tally.drop(reason);
    // A duplicate leaves no hole in what the decoder sees.
    if (reason !== 'replay') this.#gap = true;
  }

  /** The decoder misses frames it depends on; only a key frame lets it go on. */
  #mendGap(): void {
    const now = this.#context.clock.now();
    if (now - this.#askedAt < keyFrameIntervalMs) return;
    this.#gap = false;
    this.#askedAt = now;
    this.#askKeyFrame();
  }

  #setState(state: AuthorshipState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#context.events.authorship(this, state);
  }
}
