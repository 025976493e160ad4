import type { Background } from './background.ts';
import { EffectChain } from './chain.ts';
import type { EffectEnd } from './effect.ts';

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
  /** An effect switched itself off. With `background`, turn the camera off too: nobody is to see the room. */
  readonly onStopped: (effect: EffectName, reason: EffectEnd) => void;
}

/** Whether this browser can draw with filters at all. */
function canChangePicture(): boolean {
  return (
    typeof OffscreenCanvas === 'function' &&
    typeof CanvasRenderingContext2D === 'function' &&
    'filter' in CanvasRenderingContext2D.prototype
  );
}

/** Effects on one's own picture and sound. All are off at first; their code is fetched when first needed. */
export class Effects {
  readonly #options: EffectsOptions;
  readonly #picture: EffectChain;
  readonly #sound: EffectChain;
  #background: Background = { kind: 'none' };
  #brighten = false;

  constructor(options: EffectsOptions) {
    this.#options = options;
    const { onTrack, onChange, onStopped } = options;
    this.#picture = new EffectChain({
      load: async () => {
        const { changePicture } = await import('./picture.ts');
        const settings = { background: this.#background, brighten: this.#brighten };
        return (track, hooks) => changePicture(track, settings, hooks);
      },
      onTrack: (track) => onTrack('camera', track),
      onChange,
      onStopped: (reason) => this.#onPictureEnd(reason),
    });
    this.#sound = new EffectChain({
      load: async () => (await import('./noise.ts')).suppressNoise,
      onTrack: (track) => onTrack('microphone', track),
      onChange,
      onStopped: (reason) => onStopped('noise', reason),
    });
  }

  get view(): EffectsView {
    const off: EffectState = { state: 'off', costMs: null };
    return {
      background: this.#background,
      backgroundState: this.#background.kind === 'none' ? off : this.#picture.state,
      brighten: this.#brighten,
      brightenState: this.#brighten ? this.#picture.state : off,
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
    (source === 'camera' ? this.#picture : this.#sound).input(raw);
  }

  setBackground(background: Background): void {
    this.#background = background;
    this.#applyPicture();
  }

  setBrighten(on: boolean): void {
    if (this.#brighten === on) return;
    this.#brighten = on;
    this.#applyPicture();
  }

  setNoiseSuppression(on: boolean): void {
    this.#sound.set(on);
  }

  /** Idempotent. */
  close(): void {
    this.#picture.close();
    this.#sound.close();
  }

  #applyPicture(): void {
    const on = this.#brighten || this.#background.kind !== 'none';
    if (on === this.#picture.on) this.#picture.renew();
    else this.#picture.set(on);
    this.#options.onChange();
  }

  #onPictureEnd(reason: EffectEnd): void {
    const behind = this.#background.kind !== 'none';
    this.#background = { kind: 'none' };
    this.#brighten = false;
    this.#options.onStopped(behind ? 'background' : 'brighten', reason);
  }
}
