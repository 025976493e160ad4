import type { Background } from './background.ts';
import { EffectChain } from './chain.ts';

export type EffectName = 'background' | 'brighten' | 'noise';

/** One effect that works on the device before anything is encoded. */
export interface EffectState {
  /** `loading`: its code is being fetched from this server. */
  readonly state: 'off' | 'loading' | 'on';
  /** Milliseconds of work per frame (a picture; or 10 ms of sound), averaged; null while off or unknown. */
  readonly costMs: number | null;
}

/** Immutable; a new object at every change. */
export interface EffectsView {
  readonly background: Background;
  readonly backgroundState: EffectState;
  /** Backgrounds this browser and camera can do now. */
  readonly backgrounds: readonly Background['kind'][];
  /** Brightens a dark picture. */
  readonly brighten: boolean;
  readonly brightenState: EffectState;
  readonly noiseSuppression: boolean;
  readonly noiseState: EffectState;
  /** What this browser can do; controls for the rest stay away. */
  readonly canChangePicture: boolean;
  readonly canChangeSound: boolean;
}

export interface EffectsOptions {
  /** What of a source is to be sent from now on; null for nothing. */
  readonly onTrack: (source: 'microphone' | 'camera', track: MediaStreamTrack | null) => void;
  readonly onChange: () => void;
  readonly onStopped: (effect: EffectName, reason: 'too-slow' | 'failed') => void;
}

/** Whether this browser can draw with filters at all. */
function canChangePicture(): boolean {
  return (
    typeof OffscreenCanvas === 'function' &&
    typeof CanvasRenderingContext2D === 'function' &&
    'filter' in CanvasRenderingContext2D.prototype
  );
}

function canBlur(track: MediaStreamTrack | null): boolean {
  if (track === null || !('getCapabilities' in track)) return false;
  return track.getCapabilities().backgroundBlur?.includes(true) ?? false;
}

/** Effects on one's own picture and sound. All are off at first; their code is fetched when first needed. */
export class Effects {
  readonly #options: EffectsOptions;
  readonly #picture: EffectChain;
  readonly #sound: EffectChain;
  #background: Background = { kind: 'none' };
  #camera: MediaStreamTrack | null = null;

  constructor(options: EffectsOptions) {
    this.#options = options;
    const { onTrack, onChange, onStopped } = options;
    this.#picture = new EffectChain({
      load: async () => (await import('./picture.ts')).brighten,
      onTrack: (track) => onTrack('camera', track),
      onChange,
      onStopped: (reason) => onStopped('brighten', reason),
    });
    this.#sound = new EffectChain({
      load: async () => (await import('./noise.ts')).suppressNoise,
      onTrack: (track) => onTrack('microphone', track),
      onChange,
      onStopped: (reason) => onStopped('noise', reason),
    });
  }

  get view(): EffectsView {
    const blurred = this.#background.kind !== 'none';
    return {
      background: this.#background,
      backgroundState: { state: blurred ? 'on' : 'off', costMs: null },
      backgrounds: canBlur(this.#camera) ? ['none', 'blur'] : ['none'],
      brighten: this.#picture.on,
      brightenState: this.#picture.state,
      noiseSuppression: this.#sound.on,
      noiseState: this.#sound.state,
      canChangePicture: canChangePicture(),
      canChangeSound: typeof AudioWorkletNode === 'function',
    };
  }

  /** What comes out for a source; null while nothing does. */
  track(source: 'microphone' | 'camera'): MediaStreamTrack | null {
    return (source === 'camera' ? this.#picture : this.#sound).track;
  }

  /** Takes a source's track as the hardware gives it; what to send comes through `onTrack`. */
  input(source: 'microphone' | 'camera', raw: MediaStreamTrack | null): void {
    if (source === 'microphone') return this.#sound.input(raw);
    const isNew = raw !== this.#camera;
    this.#camera = raw;
    if (!isNew || raw === null || this.#background.kind === 'none') return this.#picture.input(raw);
    // Nothing of an unblurred room is sent: blurred first, then handed on.
    this.#picture.input(null);
    void this.#blur(raw, true).then((blurred) => {
      if (this.#camera !== raw) return;
      if (!blurred) this.#loseBackground();
      this.#picture.input(blurred ? raw : null);
    });
  }

  setBrighten(on: boolean): void {
    this.#picture.set(on);
  }

  setNoiseSuppression(on: boolean): void {
    this.#sound.set(on);
  }

  /** The system blurs, where it can; other backgrounds are refused through `onStopped`. */
  setBackground(background: Background): void {
    if (background.kind !== 'none' && background.kind !== 'blur') return this.#loseBackground();
    this.#background = background;
    this.#options.onChange();
    const camera = this.#camera;
    if (camera === null) return;
    void this.#blur(camera, background.kind === 'blur').then((done) => {
      if (!done && this.#camera === camera && background.kind === 'blur') this.#loseBackground();
    });
  }

  /** Idempotent. */
  close(): void {
    this.#picture.close();
    this.#sound.close();
  }

  #loseBackground(): void {
    this.#background = { kind: 'none' };
    this.#options.onStopped('background', 'failed');
    this.#options.onChange();
  }

  async #blur(track: MediaStreamTrack, on: boolean): Promise<boolean> {
    if (!canBlur(track)) return !on;
    try {
      await track.applyConstraints({ ...track.getConstraints(), backgroundBlur: on });
      return true;
    } catch {
      return false;
    }
  }
}
