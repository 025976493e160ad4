import { siteInfo } from '../../shared/protocol/rest.ts';
import type { Source } from '../../shared/records/record.ts';
import type { CaptureKind } from '../media/capture.ts';
import { testConnection as runConnectionTest } from '../media/connectionTest.ts';
import { faultOf } from '../media/deviceFault.ts';
import { captureKinds } from '../media/devicePermission.ts';
import { Devices } from '../media/devices.ts';
import { Effects } from '../media/effects/effects.ts';
import { plainWishes, type SendWishes } from '../media/encoderShape.ts';
import type { MediaEngine } from '../media/engine.ts';
import {
  type MediaPreferences,
  rememberedPreferences,
  rememberPreference,
} from '../media/mediaPreferences.ts';
import { MutedTalk } from '../media/mutedTalk.ts';
import { goodQuality, QualitySmoother } from '../media/quality.ts';
import type { Signalling } from '../media/signalling.ts';
import { browserTimers } from '../media/timers.ts';
import { type CallActions, type CallView, plainCall, untestedConnection } from './callView.ts';
import { callServer } from './core/rest.ts';
import type { Notice } from './noticeView.ts';

export interface CallOptions {
  readonly storage: Storage | null;
  /** The way to the server, open before this device is let in. */
  readonly signalling: Signalling;
  readonly onChange: () => void;
  readonly notify: (notice: Notice) => void;
}

/** How often statistics are read. */
const readEveryMs = 2_000;

/**
 * The person's own side of the call: devices, what they want sent, and how. Lives from the first preview on;
 * inside the meeting an engine is plugged in and follows.
 */
export class Call implements CallActions {
  readonly devices = new Devices();
  readonly effects: Effects;
  readonly #options: CallOptions;
  readonly #mutedTalk: MutedTalk;
  /** What the person wants to send; media follows it into and through the meeting. */
  readonly #wants = { microphone: true, camera: true };
  #preferences: MediaPreferences;
  #wishes: SendWishes = plainWishes;
  #engine: MediaEngine | null = null;
  #view: CallView = plainCall;
  #watching = false;
  #cancelReading: (() => void) | null = null;
  #smoother = new QualitySmoother();

  constructor(options: CallOptions) {
    this.#options = options;
    this.#preferences = rememberedPreferences(options.storage);
    if (this.#preferences.pushToTalk) this.#wants.microphone = false;
    this.#mutedTalk = new MutedTalk(browserTimers, () => options.notify({ kind: 'talking-while-muted' }));
    this.effects = new Effects({
      onTrack: (source, track) => this.#send(source, track, false),
      onChange: () => this.#touch(),
      onStopped: (effect, reason) => {
        options.notify({ kind: 'effect-stopped', effect, reason });
        // Whoever chose another background does not want the room seen.
        if (effect === 'background') this.setCamera(false);
      },
    });
    this.devices.on('change', ({ microphoneTrack, cameraTrack }) => {
      this.effects.input('microphone', microphoneTrack);
      this.effects.input('camera', cameraTrack);
      this.#touch();
    });
    this.devices.on('lost', ({ source }) => this.#onLost(source));
    this.devices.on('replaced', ({ source, label }) =>
      options.notify({ kind: 'device-replaced', source, label }),
    );
    void this.devices.setMusicMode(this.#preferences.musicMode);
    this.#wishes = { ...this.#wishes, music: this.#preferences.musicMode };
  }

  get view(): CallView {
    return { ...this.#view, effects: this.effects.view };
  }

  /** The person's own picture as others get it. */
  get cameraTrack(): MediaStreamTrack | null {
    return this.effects.track('camera');
  }

  get wantsMicrophone(): boolean {
    return this.#wants.microphone;
  }

  get preferences(): MediaPreferences {
    return this.#preferences;
  }

  /** The meeting's engine starts, or null when it has ended. */
  plug(engine: MediaEngine | null): void {
    this.#engine = engine;
    this.#mutedTalk.listen(null);
    this.#cancelReading?.();
    this.#cancelReading = null;
    this.#smoother = new QualitySmoother();
    if (engine === null) return this.#set({ streams: null, quality: goodQuality });
    this.#scheduleReading();
    void this.#askNode();
    engine.setWishes(this.#wishes);
    engine.on('stopped', ({ source }) => this.#onStopped(source));
    engine.on('crowded', ({ source }) => this.#options.notify({ kind: 'crowded', source }));
    for (const source of captureKinds) this.#send(source, this.effects.track(source), false);
  }

  setMicrophone(on: boolean): void {
    this.#wants.microphone = on;
    if (!on) {
      this.#engine?.setMuted('microphone', true);
      // Before the meeting the hardware itself is the switch.
      if (!this.#engine) this.devices.stopMicrophone();
      return this.#touch();
    }
    this.#open('microphone');
  }

  setCamera(on: boolean): void {
    this.#wants.camera = on;
    if (!on) {
      this.#engine?.unpublish('camera');
      this.devices.stopCamera();
      return this.#touch();
    }
    if (this.#view.usage === 'audio-only') this.setUsage('normal');
    this.#open('camera');
  }

  /** Starts a device that is off against the person's wish. A microphone that they keep muted stays so. */
  retry(source: CaptureKind): void {
    if (source === 'camera') this.setCamera(true);
    else this.#open('microphone');
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
    if (this.#view.connectionTest.state === 'running') return;
    this.#set({ connectionTest: { ...untestedConnection, state: 'running' } });
    runConnectionTest(this.#options.signalling, browserTimers).then(
      (verdict) => this.#set({ connectionTest: { state: 'done', ...verdict } }),
      () => this.#set({ connectionTest: { ...untestedConnection, state: 'failed' } }),
    );
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

  setBackground: CallActions['setBackground'] = (background) => this.effects.setBackground(background);
  setBrighten: CallActions['setBrighten'] = (on) => this.effects.setBrighten(on);
  setNoiseSuppression: CallActions['setNoiseSuppression'] = (on) => this.effects.setNoiseSuppression(on);

  setUsage: CallActions['setUsage'] = (usage) => {
    const { usage: before } = this.#view;
    if (before === usage) return;
    this.#wish({ usage });
    this.#set({ usage });
    if (usage === 'audio-only') {
      this.#engine?.unpublish('camera');
      this.devices.stopCamera();
    } else if (before === 'audio-only' && this.#wants.camera) {
      this.setCamera(true);
    }
  };

  watchStats(on: boolean): void {
    this.#watching = on;
    if (on) void this.#readStats();
    else this.#set({ streams: null });
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
    this.effects.close();
    this.devices.close();
  }

  /** Opens a device and sends what it gives. In the meeting the person is told why it does not start. */
  #open(source: CaptureKind): void {
    const opened = source === 'camera' ? this.devices.startCamera() : this.devices.startMicrophone();
    opened
      .then(
        () => this.#send(source, this.effects.track(source), true),
        () => {
          const fault = faultOf(this.devices.snapshot()[`${source}State`]);
          if (fault !== null && this.#engine) this.#options.notify({ kind: 'device-failed', source, fault });
        },
      )
      .finally(() => this.#touch());
  }

  /**
   * Sends a track that came out of its effects, where it is wanted and not sent already. What a host stopped
   * stays stopped until the person turns it on again (`asked`).
   */
  #send(source: CaptureKind, track: MediaStreamTrack | null, asked: boolean): void {
    const engine = this.#engine;
    if (engine === null || track === null) return;
    if (source === 'camera' && (!this.#wants.camera || this.#view.usage === 'audio-only')) return;
    const { state, track: sent } = engine.snapshot().own[source];
    const muted = source === 'microphone' && !this.#wants.microphone;
    if (!asked) {
      if (state === 'blocked' || state === 'failed' || (muted && state === 'off')) return;
      if (sent === track && (state === 'muted') === muted) return;
    }
    engine.publish(source, track, muted);
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

  /** Who runs the media server says what it is called; without an answer it stays unnamed. */
  async #askNode(): Promise<void> {
    const site = await callServer(location.origin, '/api/site', siteInfo).catch(() => null);
    if (site !== null) this.#set({ node: site.node });
  }

  #scheduleReading(): void {
    this.#cancelReading?.();
    this.#cancelReading = browserTimers.after(readEveryMs, () => void this.#readStats());
  }

  /** Reads the statistics, for the quality and for whoever looks at them. */
  async #readStats(): Promise<void> {
    const engine = this.#engine;
    if (engine === null) return;
    const streams = await engine.stats().catch(() => null);
    if (engine !== this.#engine) return;
    this.#scheduleReading();
    if (streams === null) return;
    const quality = this.#smoother.take(engine.quality(streams));
    if (this.#watching) this.#set({ streams, quality });
    else if (quality !== this.#view.quality) this.#set({ quality });
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
