import type { Source } from '../../shared/records/record.ts';
import {
  Capture,
  type CaptureKind,
  type CaptureState,
  type CaptureWishes,
  constraintsFor,
  type Facing,
} from './capture.ts';
import { DeviceError, deviceErrorOf } from './deviceError.ts';
import {
  chooseDevice,
  type DeviceChoice,
  type DeviceKind,
  type DeviceLists,
  listDevices,
  noDevices,
} from './deviceList.ts';
import { DeviceMemory, type KeyValueStorage } from './deviceMemory.ts';
import { allowedAlone, captureKinds } from './devicePermission.ts';
import { Emitter } from './emitter.ts';
import { canFlip, facingOf } from './facing.ts';
import { ScreenShare, type ScreenTracks } from './screenShare.ts';

export type Permission = 'unknown' | 'asking' | 'granted' | 'denied' | 'no-device' | 'in-use';

/** Immutable; a new object at every change. */
export interface DevicesSnapshot {
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
  readonly microphone: string | null;
  readonly camera: string | null;
  readonly speaker: string | null;
  /** Both kinds together: granted when either works, otherwise what stands in the way. */
  readonly permission: Permission;
  readonly microphoneState: CaptureState;
  readonly cameraState: CaptureState;
  readonly microphoneTrack: MediaStreamTrack | null;
  readonly cameraTrack: MediaStreamTrack | null;
  readonly screen: ScreenTracks | null;
  readonly canShareScreen: boolean;
  readonly canChooseSpeaker: boolean;
  /** Whether there are cameras for both directions. */
  readonly canFlipCamera: boolean;
  /** Which way the running camera looks; `user` unless it says otherwise. */
  readonly facing: Facing;
  readonly musicMode: boolean;
}

export interface DevicesEvents {
  change: DevicesSnapshot;
  /** A running source goes on with another track (switched, or replaced after a loss): publish it. */
  track: { readonly source: CaptureKind; readonly track: MediaStreamTrack };
  /** The device in use went away and this one took over; a `track` event precedes. */
  replaced: { readonly source: CaptureKind; readonly label: string };
  /** A source ended without being asked to: unplugged with nothing to replace it, or sharing stopped. */
  lost: { readonly source: Source };
}

export interface DevicesOptions {
  /** Null where the page has no access to hardware. Default: the browser's. */
  readonly mediaDevices?: MediaDevices | null;
  readonly storage?: KeyValueStorage | null;
}

function browserDevices(): MediaDevices | null {
  // Missing on pages without a secure context, whatever the type says.
  return 'mediaDevices' in navigator && navigator.mediaDevices !== undefined ? navigator.mediaDevices : null;
}

function browserStorage(): KeyValueStorage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

/** The person's cameras, microphones, speakers and shared screen, before and in a meeting. */
export class Devices {
  readonly #mediaDevices: MediaDevices | null;
  readonly #memory: DeviceMemory;
  readonly #events = new Emitter<DevicesEvents>();
  readonly #captures: Readonly<Record<CaptureKind, Capture>>;
  readonly #screen: ScreenShare;
  readonly #onDeviceChange = () => void this.refresh();
  #lists: DeviceLists = noDevices;
  #wishes: CaptureWishes = { music: false, facing: 'user' };
  #snapshot: DevicesSnapshot;
  #closed = false;

  constructor(options: DevicesOptions = {}) {
    const { mediaDevices = browserDevices(), storage = browserStorage() } = options;
    this.#mediaDevices = mediaDevices;
    this.#memory = new DeviceMemory(storage);
    const getUserMedia = (constraints: MediaStreamConstraints) => this.#getUserMedia(constraints);
    const capture = (kind: CaptureKind) =>
      new Capture({
        kind,
        getUserMedia,
        chosen: () => this.#chosen(kind),
        wishes: () => this.#wishes,
        onChange: () => this.#touch(),
        onLost: (replacement) => this.#onLost(kind, replacement),
      });
    this.#captures = { microphone: capture('microphone'), camera: capture('camera') };
    const canShare = mediaDevices !== null && 'getDisplayMedia' in mediaDevices;
    this.#screen = new ScreenShare(canShare ? (request) => mediaDevices.getDisplayMedia(request) : null, () =>
      this.#onLost('screen', null),
    );
    mediaDevices?.addEventListener('devicechange', this.#onDeviceChange);
    this.#snapshot = this.#build();
    void this.refresh();
  }

  on<Name extends keyof DevicesEvents>(
    name: Name,
    listener: (event: DevicesEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  snapshot(): DevicesSnapshot {
    return this.#snapshot;
  }

  /** Reads again what is plugged in. */
  async refresh(): Promise<void> {
    if (this.#mediaDevices === null) return;
    try {
      this.#lists = listDevices(await this.#mediaDevices.enumerateDevices());
    } catch {
      this.#lists = noDevices;
    }
    this.#touch();
    await Promise.all([this.#returnTo('microphone'), this.#returnTo('camera')]);
  }

  /**
   * Turns camera and microphone on with one question to the person. Either may fail alone: look at the
   * snapshot. Never throws.
   */
  async startBoth(): Promise<void> {
    const { microphone, camera } = this.#captures;
    if (microphone.track !== null || camera.track !== null) {
      await Promise.allSettled([microphone.start(), camera.start()]);
      return;
    }
    microphone.mark('asking');
    camera.mark('asking');
    try {
      const stream = await this.#getUserMedia({
        audio: constraintsFor('microphone', this.#chosen('microphone'), this.#wishes),
        video: constraintsFor('camera', this.#chosen('camera'), this.#wishes),
      });
      for (const track of stream.getTracks()) this.#adopt(track);
    } catch (reason) {
      const { code } = deviceErrorOf(reason);
      // A question for both fails where one is refused, missing or taken: then the other is asked for alone.
      const alone = code === 'insecure' ? [] : code === 'denied' ? await allowedAlone() : captureKinds;
      for (const kind of captureKinds) {
        const capture = this.#captures[kind];
        if (alone.includes(kind)) await capture.start().catch(() => undefined);
        else capture.mark(code === 'insecure' ? code : 'denied');
      }
    }
    await this.refresh();
  }

  /**
   * Turns the microphone on and returns its track; the running one where it is on.
   *
   * @throws DeviceError
   */
  startMicrophone(): Promise<MediaStreamTrack> {
    return this.#start('microphone');
  }

  /** As `startMicrophone`. */
  startCamera(): Promise<MediaStreamTrack> {
    return this.#start('camera');
  }

  /** Turns the hardware off. */
  stopMicrophone(): void {
    this.#captures.microphone.stop();
  }

  /** Turns the hardware off, its light included. */
  stopCamera(): void {
    this.#captures.camera.stop();
  }

  /** Remembers the choice; a running microphone is switched, told by a `track` event. */
  chooseMicrophone(id: string): Promise<void> {
    return this.#choose('microphone', id);
  }

  /** As `chooseMicrophone`. */
  chooseCamera(id: string): Promise<void> {
    return this.#choose('camera', id);
  }

  /** Goes on with the camera that looks the other way; told by a `track` event. */
  flipCamera(): Promise<void> {
    const { facing } = this.#build();
    this.#wishes = { ...this.#wishes, facing: facing === 'user' ? 'environment' : 'user' };
    // No camera by name: the direction decides.
    return this.#choose('camera', '');
  }

  /** Switches echo, noise and gain processing off for music, or on again; also of a running microphone. */
  async setMusicMode(music: boolean): Promise<void> {
    if (this.#wishes.music === music) return;
    this.#wishes = { ...this.#wishes, music };
    await this.#restart('microphone');
  }

  /** Remembers where sound should come out; elements that play use the id with `setSinkId`. */
  chooseSpeaker(id: string): void {
    this.#memory.set('speaker', id);
    this.#touch();
  }

  /**
   * Asks what to share. Call in a click.
   *
   * @throws DeviceError `denied` when the person cancels.
   */
  async startScreen(): Promise<ScreenTracks> {
    try {
      return await this.#screen.start();
    } finally {
      this.#touch();
    }
  }

  stopScreen(): void {
    this.#screen.stop();
    this.#touch();
  }

  /** Turns everything off. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange);
    this.#events.clear();
    this.#captures.microphone.stop();
    this.#captures.camera.stop();
    this.#screen.stop();
  }

  async #getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    if (this.#mediaDevices === null) throw new DeviceError('insecure');
    return this.#mediaDevices.getUserMedia(constraints);
  }

  async #start(kind: CaptureKind): Promise<MediaStreamTrack> {
    const track = await this.#captures[kind].start();
    // Labels and ids become readable with the first grant.
    await this.refresh();
    return track;
  }

  async #choose(kind: CaptureKind, id: string): Promise<void> {
    this.#memory.set(kind, id);
    await this.#restart(kind);
  }

  /** Opens the hardware again as it is wished for now. Does nothing while it is off. */
  async #restart(kind: CaptureKind): Promise<void> {
    this.#touch();
    try {
      const track = await this.#captures[kind].restart();
      if (track !== null && !this.#closed) this.#events.emit('track', { source: kind, track });
    } catch (error) {
      if (deviceErrorOf(error).code !== 'cancelled') this.#onLost(kind, null);
    }
  }

  /** Goes back to the device that the person chose where it is there again, and another one stood in for it. */
  async #returnTo(kind: CaptureKind): Promise<void> {
    const chosen = this.#chosen(kind);
    const current = this.#captures[kind].track?.getSettings().deviceId;
    if (chosen === null || current === undefined || current === chosen) return;
    const track = await this.#captures[kind].moveTo(chosen);
    if (track !== null) this.#onLost(kind, track);
  }

  #adopt(track: MediaStreamTrack): void {
    if (this.#closed) track.stop();
    else this.#captures[track.kind === 'audio' ? 'microphone' : 'camera'].adopt(track);
  }

  #onLost(source: Source, replacement: MediaStreamTrack | null): void {
    if (this.#closed) return;
    this.#touch();
    if (replacement === null) this.#events.emit('lost', { source });
    else if (source === 'microphone' || source === 'camera') {
      this.#events.emit('track', { source, track: replacement });
      this.#events.emit('replaced', { source, label: replacement.label });
    }
  }

  #chosen(kind: DeviceKind): string | null {
    return chooseDevice(this.#lists[kind], this.#memory.get(kind));
  }

  #touch(): void {
    this.#snapshot = this.#build();
    if (!this.#closed) this.#events.emit('change', this.#snapshot);
  }

  #build(): DevicesSnapshot {
    const { microphone, camera } = this.#captures;
    return {
      microphones: this.#lists.microphone,
      cameras: this.#lists.camera,
      speakers: this.#lists.speaker,
      microphone: microphone.track?.getSettings().deviceId ?? this.#chosen('microphone'),
      camera: camera.track?.getSettings().deviceId ?? this.#chosen('camera'),
      speaker: this.#chosen('speaker'),
      permission: permissionOf(microphone.state, camera.state),
      microphoneState: microphone.state,
      cameraState: camera.state,
      microphoneTrack: microphone.track,
      cameraTrack: camera.track,
      screen: this.#screen.tracks,
      canShareScreen: this.#screen.available,
      canChooseSpeaker: typeof HTMLMediaElement === 'function' && 'setSinkId' in HTMLMediaElement.prototype,
      canFlipCamera: canFlip(this.#lists.camera, camera.track),
      facing: facingOf(camera.track),
      musicMode: this.#wishes.music,
    };
  }
}

/** Both kinds in one word; what stands in the way of everything counts only when nothing works. */
export function permissionOf(microphone: CaptureState, camera: CaptureState): Permission {
  const states = [microphone, camera];
  if (states.includes('asking')) return 'asking';
  if (states.includes('granted')) return 'granted';
  if (states.includes('denied') || states.includes('insecure')) return 'denied';
  if (states.includes('in-use')) return 'in-use';
  return states.includes('no-device') ? 'no-device' : 'unknown';
}
