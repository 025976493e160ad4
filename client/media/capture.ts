import { DeviceError, deviceErrorOf } from './deviceError.ts';

export type CaptureKind = 'microphone' | 'camera';

/** `idle`: not asked for yet or stopped. */
export type CaptureState = 'idle' | 'asking' | 'granted' | 'denied' | 'no-device' | 'in-use' | 'insecure';

/** The part of MediaDevices that opens hardware. */
export type GetUserMedia = (constraints: MediaStreamConstraints) => Promise<MediaStream>;

export interface CaptureOptions {
  readonly kind: CaptureKind;
  readonly getUserMedia: GetUserMedia;
  /** Device to open: an id known to be there, or null for the default. */
  readonly chosen: () => string | null;
  readonly wishes: () => CaptureWishes;
  readonly onChange: () => void;
  /** The hardware went away; `track` is the default device's that took its place, if any. */
  readonly onLost: (replacement: MediaStreamTrack | null) => void;
}

/** Which way a camera looks: at the person, or away from them. */
export type Facing = 'user' | 'environment';

export interface CaptureWishes {
  /** The sound as it is: no echo, noise or gain processing. */
  readonly music: boolean;
  /** Used while no camera is chosen by name. */
  readonly facing: Facing;
}

/** Constraints for one kind of hardware. */
export function constraintsFor(
  kind: CaptureKind,
  id: string | null,
  { music, facing }: CaptureWishes,
): MediaTrackConstraints {
  const device = id === null ? {} : { deviceId: { exact: id } };
  if (kind === 'microphone') {
    return { ...device, echoCancellation: !music, noiseSuppression: !music, autoGainControl: !music };
  }
  return {
    ...device,
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
    // With a device chosen the browser need not guess which way it looks.
    ...(id === null ? { facingMode: facing } : {}),
  };
}

/** One camera or microphone: opened, switched and really turned off again. */
export class Capture {
  readonly #options: CaptureOptions;
  #track: MediaStreamTrack | null = null;
  #state: CaptureState = 'idle';
  /** Each start or stop makes whatever was under way before void. */
  #turn = 0;

  constructor(options: CaptureOptions) {
    this.#options = options;
  }

  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  get state(): CaptureState {
    return this.#state;
  }

  /**
   * Turns the hardware on; the running track where it is on already.
   *
   * @throws DeviceError
   */
  async start(): Promise<MediaStreamTrack> {
    if (this.#track !== null && this.#track.readyState === 'live') return this.#track;
    return this.#open(this.#options.chosen());
  }

  /**
   * Goes on with the device that `chosen` names now. Does nothing while off.
   *
   * @throws DeviceError; the device before is off then.
   */
  async restart(): Promise<MediaStreamTrack | null> {
    if (this.#track === null) return null;
    // Released first: some systems open only one camera at a time.
    this.#drop();
    return this.#open(this.#options.chosen());
  }

  /**
   * Goes over to another device while on. Where that does not open, the one before goes on. Resolves to the new track,
   * or null.
   */
  async moveTo(id: string): Promise<MediaStreamTrack | null> {
    const before = this.#track;
    if (before === null) return null;
    const turn = this.#turn;
    const track = await this.#ask(id).catch(() => null);
    if (track === null) return null;
    if (turn !== this.#turn || this.#track !== before) {
      track.stop();
      return null;
    }
    this.adopt(track);
    return track;
  }

  /** Takes over a track opened elsewhere, in one request with the other kind. */
  adopt(track: MediaStreamTrack): void {
    this.#turn++;
    this.#drop();
    this.#take(track);
  }

  /** Says that access is being asked for, or how asking ended, elsewhere. */
  mark(state: CaptureState): void {
    this.#state = state;
    this.#options.onChange();
  }

  /** Turns the hardware off. Idempotent. */
  stop(): void {
    this.#turn++;
    this.#drop();
    if (this.#state === 'granted' || this.#state === 'asking') this.#state = 'idle';
    this.#options.onChange();
  }

  async #open(id: string | null): Promise<MediaStreamTrack> {
    const turn = ++this.#turn;
    this.mark('asking');
    try {
      const track = await this.#request(id);
      if (turn !== this.#turn) {
        track.stop();
        throw new DeviceError('cancelled');
      }
      this.#take(track);
      return track;
    } catch (reason) {
      const error = deviceErrorOf(reason);
      if (turn === this.#turn) this.mark(error.code === 'cancelled' ? 'idle' : error.code);
      throw error;
    }
  }

  /** Falls back to the default where the chosen device went away between choosing and opening. */
  async #request(id: string | null): Promise<MediaStreamTrack> {
    try {
      return await this.#ask(id);
    } catch (reason) {
      if (id === null || deviceErrorOf(reason).code !== 'no-device') throw reason;
      return this.#ask(null);
    }
  }

  async #ask(id: string | null): Promise<MediaStreamTrack> {
    const { kind, getUserMedia, wishes } = this.#options;
    const constraints = constraintsFor(kind, id, wishes());
    const stream = await getUserMedia(kind === 'camera' ? { video: constraints } : { audio: constraints });
    const track = stream.getTracks()[0];
    if (track === undefined) throw new DeviceError('no-device');
    return track;
  }

  #take(track: MediaStreamTrack): void {
    this.#track = track;
    // Not fired for a track that we stop ourselves.
    track.addEventListener('ended', () => this.#onEnded(track), { once: true });
    this.mark('granted');
  }

  #drop(): void {
    this.#track?.stop();
    this.#track = null;
  }

  /** The hardware was unplugged, or access was taken back. */
  #onEnded(track: MediaStreamTrack): void {
    if (this.#track !== track) return;
    this.#drop();
    this.#open(null).then(
      (replacement) => this.#options.onLost(replacement),
      (error: unknown) => {
        if (deviceErrorOf(error).code !== 'cancelled') this.#options.onLost(null);
      },
    );
  }
}
