import type { Source } from '../../shared/records/record.ts';
import { Devices } from '../media/devices.ts';
import { plainWishes, type SendWishes } from '../media/encoderShape.ts';
import type { MediaEngine } from '../media/engine.ts';
import {
  type MediaPreferences,
  rememberedPreferences,
  rememberPreference,
} from '../media/mediaPreferences.ts';
import { MutedTalk } from '../media/mutedTalk.ts';
import { browserTimers } from '../media/timers.ts';
import { type CallActions, type CallView, plainCall } from './callView.ts';
import type { Notice } from './view.ts';

export interface CallOptions {
  readonly storage: Storage | null;
  readonly onChange: () => void;
  readonly notify: (notice: Notice) => void;
}

/** How often the statistics panel is read anew. */
const statsEveryMs = 2_000;

/**
 * The person's own side of the call: devices, what they want sent, and how. Lives from the first preview on;
 * inside the meeting an engine is plugged in and follows.
 */
export class Call implements CallActions {
  readonly devices = new Devices();
  readonly #options: CallOptions;
  readonly #mutedTalk: MutedTalk;
  /** What the person wants to send; media follows it into and through the meeting. */
  readonly #wants = { microphone: true, camera: true };
  #preferences: MediaPreferences;
  #wishes: SendWishes = plainWishes;
  #engine: MediaEngine | null = null;
  #view: CallView = plainCall;
  #cancelStats: (() => void) | null = null;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#preferences = rememberedPreferences(options.storage);
    if (this.#preferences.pushToTalk) this.#wants.microphone = false;
    this.#mutedTalk = new MutedTalk(browserTimers, () => options.notify({ kind: 'talking-while-muted' }));
    this.devices.on('change', () => {
      this.#sendWanted();
      this.#touch();
    });
    this.devices.on('track', ({ source, track }) => this.#publish(source, track));
    this.devices.on('lost', ({ source }) => this.#onLost(source));
    this.devices.on('replaced', ({ source, label }) =>
      options.notify({ kind: 'device-replaced', source, label }),
    );
    void this.devices.setMusicMode(this.#preferences.musicMode);
    this.#wishes = { ...this.#wishes, music: this.#preferences.musicMode };
  }

  get view(): CallView {
    return this.#view;
  }

  get preferences(): MediaPreferences {
    return this.#preferences;
  }

  /** The meeting's engine starts, or null when it has ended. */
  plug(engine: MediaEngine | null): void {
    this.#engine = engine;
    this.#mutedTalk.listen(null);
    if (engine === null) {
      this.watchStats(false);
      return;
    }
    engine.setWishes(this.#wishes);
    engine.on('stopped', ({ source }) => this.#onStopped(source));
    this.#sendWanted();
  }

  setMicrophone(on: boolean): void {
    this.#wants.microphone = on;
    if (!on) {
      this.#engine?.setMuted('microphone', true);
      // Before the meeting the hardware itself is the switch.
      if (!this.#engine) this.devices.stopMicrophone();
      return this.#touch();
    }
    this.devices.startMicrophone().then(
      (track) => this.#publish('microphone', track),
      () => this.#touch(),
    );
  }

  setCamera(on: boolean): void {
    this.#wants.camera = on;
    if (!on) {
      this.#engine?.unpublish('camera');
      this.devices.stopCamera();
      return this.#touch();
    }
    if (this.#view.usage === 'audio-only') this.setUsage('normal');
    this.devices.startCamera().then(
      (track) => this.#publish('camera', track),
      () => this.#touch(),
    );
  }

  setScreenShare(on: boolean): void {
    if (!on) {
      this.#engine?.unpublish('screen');
      this.#engine?.unpublish('screenAudio');
      return this.devices.stopScreen();
    }
    this.devices.startScreen().then(
      ({ screen, screenAudio }) => {
        this.#engine?.publish('screen', screen);
        if (screenAudio) this.#engine?.publish('screenAudio', screenAudio);
      },
      () => this.#touch(),
    );
  }

  testConnection(): void {
    this.#set({ connectionTest: { ...this.#view.connectionTest, state: 'failed' } });
  }

  setPushToTalk(on: boolean): void {
    this.#prefer('pushToTalk', on);
    if (on) this.setMicrophone(false);
    this.#touch();
  }

  talk(pressed: boolean): void {
    if (this.#preferences.pushToTalk) this.setMicrophone(pressed);
  }

  setMusicMode(on: boolean): void {
    this.#prefer('musicMode', on);
    this.#wish({ music: on });
    void this.devices.setMusicMode(on);
  }

  setMirrored(on: boolean): void {
    this.#prefer('mirrored', on);
    this.#touch();
  }

  flipCamera(): void {
    void this.devices.flipCamera();
  }

  setScreenHint(hint: 'detail' | 'motion'): void {
    this.#wish({ screenHint: hint });
    this.#set({ screenHint: hint });
  }

  setBackground: CallActions['setBackground'] = () => undefined;
  setBrighten: CallActions['setBrighten'] = () => undefined;
  setNoiseSuppression: CallActions['setNoiseSuppression'] = () => undefined;

  setUsage: CallActions['setUsage'] = (usage) => {
    if (this.#view.usage === usage) return;
    this.#wish({ usage });
    this.#set({ usage });
    if (usage === 'audio-only') {
      this.#engine?.unpublish('camera');
      this.devices.stopCamera();
      this.setScreenShare(false);
    } else if (this.#wants.camera && this.devices.snapshot().cameraTrack === null) {
      this.setCamera(true);
    }
  };

  watchStats(on: boolean): void {
    this.#cancelStats?.();
    this.#cancelStats = null;
    if (!on || this.#engine === null) return this.#set({ streams: null });
    let watching = true;
    let cancelWait = () => {};
    const read = async () => {
      const streams = (await this.#engine?.stats().catch(() => null)) ?? null;
      if (!watching) return;
      this.#set({ streams });
      cancelWait = browserTimers.after(statsEveryMs, () => void read());
    };
    this.#cancelStats = () => {
      watching = false;
      cancelWait();
    };
    void read();
  }

  /** Whoever is out has no camera light on. */
  stopDevices(): void {
    this.devices.stopMicrophone();
    this.devices.stopCamera();
    this.devices.stopScreen();
  }

  /** Idempotent. */
  close(): void {
    this.plug(null);
    this.#mutedTalk.close();
    this.devices.close();
  }

  /** Sends a track in place of the one before. One that is not wanted stays silent. */
  #publish(source: 'microphone' | 'camera', track: MediaStreamTrack): void {
    const muted = source === 'microphone' && !this.#wants.microphone;
    this.#engine?.publish(source, track, muted);
    this.#touch();
  }

  /** Sends camera and microphone as soon as they run, also when permission comes late. */
  #sendWanted(): void {
    const engine = this.#engine;
    if (!engine) return;
    const { own } = engine.snapshot();
    const { microphoneTrack, cameraTrack } = this.devices.snapshot();
    const idle = (source: 'microphone' | 'camera') => own[source].state === 'off';
    if (microphoneTrack && this.#wants.microphone && idle('microphone'))
      engine.publish('microphone', microphoneTrack);
    const picture = this.#wants.camera && this.#view.usage !== 'audio-only';
    if (cameraTrack && picture && idle('camera')) engine.publish('camera', cameraTrack);
  }

  /** A host stopped a source, or the role does not allow it: the hardware goes off as well. */
  #onStopped(source: Source): void {
    if (source === 'camera') {
      this.#wants.camera = false;
      this.devices.stopCamera();
    }
    if (source === 'microphone') this.#wants.microphone = false;
    if (source === 'screen') this.setScreenShare(false);
  }

  #onLost(source: Source): void {
    this.#engine?.unpublish(source);
    if (source === 'screen') this.#engine?.unpublish('screenAudio');
    else this.#options.notify({ kind: 'device-lost', source });
  }

  #prefer(name: keyof MediaPreferences, value: boolean): void {
    this.#preferences = { ...this.#preferences, [name]: value };
    rememberPreference(this.#options.storage, name, value);
  }

  #wish(change: Partial<SendWishes>): void {
    this.#wishes = { ...this.#wishes, ...change };
    this.#engine?.setWishes(this.#wishes);
  }

  #set(change: Partial<CallView>): void {
    this.#view = { ...this.#view, ...change };
    this.#touch();
  }

  #touch(): void {
    const own = this.#engine?.snapshot().own.microphone;
    this.#mutedTalk.listen(own?.state === 'muted' ? own.track : null);
    this.#options.onChange();
  }
}
