import { DeviceError, deviceErrorOf } from './deviceError.ts';
import { browserTimers, type Timers } from './timers.ts';

/** A shared screen, window or tab, with its sound where the browser and the person gave it. */
export interface ScreenTracks {
  readonly screen: MediaStreamTrack;
  readonly screenAudio: MediaStreamTrack | null;
}

/** DisplayMediaStreamOptions with members that Chromium adds. */
interface ScreenRequest extends DisplayMediaStreamOptions {
  readonly systemAudio: 'include' | 'exclude';
  readonly selfBrowserSurface: 'include' | 'exclude';
  readonly surfaceSwitching: 'include' | 'exclude';
}

export type GetDisplayMedia = (options: DisplayMediaStreamOptions) => Promise<MediaStream>;

const request: ScreenRequest = {
  video: { frameRate: { ideal: 15, max: 30 } },
  // What is shared sounds as it is: voice processing would eat music and video sound.
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  systemAudio: 'include',
  selfBrowserSurface: 'exclude',
  surfaceSwitching: 'include',
};

/** A share whose pictures stop for this long has ended: it must not come back to life unnoticed. */
const mutedForMs = 2_000;

/** Shares one screen at a time. */
export class ScreenShare {
  readonly #getDisplayMedia: GetDisplayMedia | null;
  readonly #onEnded: () => void;
  readonly #timers: Timers;
  #tracks: ScreenTracks | null = null;
  #turn = 0;

  /** @param onEnded called when sharing ends other than by `stop`, as by the browser's own bar */
  constructor(getDisplayMedia: GetDisplayMedia | null, onEnded: () => void, timers: Timers = browserTimers) {
    this.#getDisplayMedia = getDisplayMedia;
    this.#onEnded = onEnded;
    this.#timers = timers;
  }

  get available(): boolean {
    return this.#getDisplayMedia !== null;
  }

  get tracks(): ScreenTracks | null {
    return this.#tracks;
  }

  /**
   * Asks the person what to share; must run in a click. A share under way goes on when they cancel.
   *
   * @throws DeviceError `denied` when the person cancels, `insecure` where the browser cannot share.
   */
  async start(): Promise<ScreenTracks> {
    if (this.#getDisplayMedia === null) throw new DeviceError('insecure');
    const turn = ++this.#turn;
    let stream: MediaStream;
    try {
      stream = await this.#getDisplayMedia(request);
    } catch (reason) {
      throw deviceErrorOf(reason);
    }
    const screen = stream.getVideoTracks()[0];
    if (turn !== this.#turn || screen === undefined) {
      for (const track of stream.getTracks()) track.stop();
      throw new DeviceError(screen === undefined ? 'no-device' : 'cancelled');
    }
    this.#drop();
    this.#tracks = { screen, screenAudio: stream.getAudioTracks()[0] ?? null };
    this.#follow(screen);
    return this.#tracks;
  }

  /** Ends sharing. Idempotent. */
  stop(): void {
    this.#turn++;
    this.#drop();
  }

  /** Ends the share when the browser, or the shared window, ends or pauses it. */
  #follow(screen: MediaStreamTrack): void {
    let cancel = () => {};
    const end = () => {
      cancel();
      if (this.#tracks?.screen !== screen) return;
      this.#drop();
      this.#onEnded();
    };
    screen.addEventListener('ended', end, { once: true });
    screen.addEventListener('mute', () => {
      cancel();
      cancel = this.#timers.after(mutedForMs, end);
    });
    screen.addEventListener('unmute', () => cancel());
  }

  #drop(): void {
    this.#tracks?.screen.stop();
    this.#tracks?.screenAudio?.stop();
    this.#tracks = null;
  }
}
