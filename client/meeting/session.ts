import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import { FrameCrypto } from '../e2ee/frames/frameCrypto.ts';
import type { MeetingLink } from '../e2ee/link/link.ts';
import { Devices } from '../media/devices.ts';
import { MediaEngine } from '../media/engine.ts';
import type { Levels } from '../media/levels.ts';
import type { CoreCommand } from './core/command.ts';
import { type CoreState, initialState } from './core/state.ts';
import { rememberedName, rememberName } from './nameMemory.ts';
import { missingSupport } from './support.ts';
import type { Meeting, MeetingView } from './view.ts';
import { viewOf } from './viewOf.ts';
import type { MediaEvent } from './worker/messages.ts';
import { WorkerClient } from './worker/workerClient.ts';

/**
 * One meeting in one page: joins the core in its worker, the frame worker and the media engine into
 * the view that the interface shows.
 */
export class Session implements Meeting {
  readonly #link: MeetingLink;
  readonly #linkText: string;
  readonly #listeners = new Set<() => void>();
  readonly #unsupported = missingSupport();
  readonly #devices = new Devices();
  #core: CoreState = initialState;
  #worker: WorkerClient | null = null;
  #frames: FrameCrypto | null = null;
  #engine: MediaEngine | null = null;
  #levels: Levels | null = null;
  #view: MeetingView;
  #scheduled = false;
  #closed = false;
  /** What the person wants to send; media follows it into and through the meeting. */
  readonly #wants = { microphone: true, camera: true };

  constructor(link: MeetingLink, linkText: string) {
    this.#link = link;
    this.#linkText = linkText;
    this.#view = this.#build();
    this.#devices.on('change', () => {
      this.#sendWanted();
      this.#touch();
    });
    this.#devices.on('track', ({ source, track }) => this.#engine?.publish(source, track));
    this.#devices.on('lost', ({ source }) => this.#onLost(source));
    if (this.#unsupported) return;
    void this.#devices.startBoth();
    this.#connect();
    globalThis.addEventListener('pagehide', this.#onPageHide);
  }

  getView(): MeetingView {
    return this.#view;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  join(name: string, message = ''): void {
    rememberName(name);
    this.#command({ do: 'join', name, message });
  }

  withdraw(): void {
    this.#command({ do: 'withdraw' });
  }

  leave(): void {
    this.#command({ do: 'leave' });
  }

  endForAll(): void {
    this.#command({ do: 'end' });
  }

  setMicrophone(on: boolean): void {
    this.#wants.microphone = on;
    if (!on) {
      this.#engine?.setMuted('microphone', true);
      // Before the meeting the hardware itself is the switch.
      if (!this.#engine) this.#devices.stopMicrophone();
      return this.#touch();
    }
    this.#devices.startMicrophone().then(
      (track) => this.#engine?.publish('microphone', track),
      () => this.#touch(),
    );
  }

  setCamera(on: boolean): void {
    this.#wants.camera = on;
    if (!on) {
      this.#engine?.unpublish('camera');
      this.#devices.stopCamera();
      return this.#touch();
    }
    this.#devices.startCamera().then(
      (track) => this.#engine?.publish('camera', track),
      () => this.#touch(),
    );
  }

  setScreenShare(on: boolean): void {
    if (!on) {
      this.#engine?.unpublish('screen');
      this.#engine?.unpublish('screenAudio');
      return this.#devices.stopScreen();
    }
    this.#devices.startScreen().then(
      ({ screen, screenAudio }) => {
        this.#engine?.publish('screen', screen);
        if (screenAudio) this.#engine?.publish('screenAudio', screenAudio);
      },
      () => this.#touch(),
    );
  }

  chooseMicrophone(id: string): void {
    void this.#devices.chooseMicrophone(id);
  }

  chooseCamera(id: string): void {
    void this.#devices.chooseCamera(id);
  }

  chooseSpeaker(id: string): void {
    this.#devices.chooseSpeaker(id);
  }

  retryDevices(): void {
    void this.#devices.startBoth();
  }

  sendChat(text: string): void {
    this.#command({ do: 'chat', text });
  }

  retryChat(id: string): void {
    this.#command({ do: 'retryChat', id });
  }

  setHand(raised: boolean): void {
    this.#command({ do: 'hand', raised });
  }

  react(emoji: string): void {
    this.#command({ do: 'react', emoji });
  }

  rename(name: string): void {
    rememberName(name);
    this.#command({ do: 'rename', name });
  }

  admit: Meeting['admit'] = (knocks) => this.#command({ do: 'admit', knocks });
  deny: Meeting['deny'] = (knocks) => this.#command({ do: 'deny', knocks });
  remove: Meeting['remove'] = (device, ban) => this.#command({ do: 'remove', device, ban });
  stop: Meeting['stop'] = (devices, sources, hold) => this.#command({ do: 'stop', devices, sources, hold });
  allow: Meeting['allow'] = (devices, sources) => this.#command({ do: 'allow', devices, sources });
  setRole: Meeting['setRole'] = (device, role) => this.#command({ do: 'role', device, role });
  setLocked: Meeting['setLocked'] = (locked) => this.#command({ do: 'lock', locked });
  setPolicy: Meeting['setPolicy'] = (policy) => this.#command({ do: 'policy', policy });
  markVerified: Meeting['markVerified'] = (device) => this.#command({ do: 'verify', device });
  acknowledgeAlarm: Meeting['acknowledgeAlarm'] = (id) => this.#command({ do: 'acknowledge', id });
  dismissNotice: Meeting['dismissNotice'] = (id) => this.#command({ do: 'dismiss', id });

  showTiles: Meeting['showTiles'] = (tiles) => this.#engine?.setTiles(tiles);

  takeOver(): void {
    this.#stopWorkers();
    this.#core = initialState;
    this.#connect();
    this.#touch();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.removeEventListener('pagehide', this.#onPageHide);
    this.#stopWorkers();
    this.#devices.close();
    this.#listeners.clear();
  }

  /** Closing the tab says goodbye at once; a page kept for going back must not stay in the meeting either. */
  readonly #onPageHide = () => this.#command({ do: 'leave' });

  #connect(): void {
    const worker = new WorkerClient({
      onState: (change) => this.#onState(change),
      onMedia: (media) => this.#onMedia(media),
      onFailure: () => this.#onState({ phase: { name: 'failed', code: 'unavailable' } }),
    });
    const frames = new FrameCrypto({ onEvent: (event) => this.#engine?.onFrameEvent(event) });
    const channel = new MessageChannel();
    frames.attachGroupPort(channel.port1);
    worker.open(this.#link, channel.port2);
    this.#worker = worker;
    this.#frames = frames;
  }

  #stopWorkers(): void {
    this.#stopMedia();
    this.#worker?.close();
    this.#worker = null;
    this.#frames?.close();
    this.#frames = null;
  }

  #command(command: CoreCommand): void {
    this.#worker?.command(command);
  }

  #onState(change: Partial<CoreState>): void {
    const before = this.#core;
    this.#core = { ...before, ...change };
    const inside = this.#core.phase.name === 'meeting';
    if (inside && !this.#engine) this.#startMedia();
    if (!inside && this.#engine) this.#stopMedia();
    if (this.#core.members !== before.members) {
      this.#engine?.setRoster(this.#heard());
    }
    if (this.#core.connection === 'connected' && before.connection === 'reconnecting')
      this.#engine?.onReconnected();
    // Whoever is out has no camera light on.
    if (['left', 'removed', 'ended', 'denied', 'replaced', 'failed'].includes(this.#core.phase.name)) {
      this.#devices.stopMicrophone();
      this.#devices.stopCamera();
      this.#devices.stopScreen();
    }
    this.#touch();
  }

  #startMedia(): void {
    const { self } = this.#core;
    const frames = this.#frames;
    const worker = this.#worker;
    if (!self || !frames || !worker) return;
    const engine = new MediaEngine({
      self,
      protection: frames,
      signalling: { request: (name, payload) => this.#request(name, payload) },
    });
    this.#engine = engine;
    engine.on('change', ({ ghosts }) => {
      if (ghosts.length > 0) this.#reportGhosts();
      this.#touch();
    });
    engine.on('levels', (levels) => {
      this.#levels = levels;
      this.#touch();
    });
    engine.on('stopped', ({ source }) => this.#onStopped(source));
    engine.on('unprotected', () =>
      this.#command({ do: 'media-alarm', kind: 'own-media-stopped', device: self }),
    );
    engine.on('unusable', ({ error }) => {
      if (error.code === 'no-codec') this.#command({ do: 'media-alarm', kind: 'downgrade', device: self });
    });
    engine.on('cut', ({ device }) => {
      // The last frames of somebody who has left stay unsigned; that says nothing about anybody here.
      const here = this.#core.members.some((member) => member.device === device && member.present);
      if (here) this.#command({ do: 'media-alarm', kind: 'unsealed-media', device });
    });
    engine.setRoster(this.#heard());
    engine.start();
    this.#sendWanted();
  }

  /** Members whose media may be subscribed to. */
  #heard(): ReadonlySet<DeviceKey> {
    return new Set(this.#core.members.filter((member) => !member.heldBack).map((member) => member.device));
  }

  /** Sends camera and microphone as soon as they run, also when permission comes late. */
  #sendWanted(): void {
    const engine = this.#engine;
    if (!engine) return;
    const { own } = engine.snapshot();
    const { microphoneTrack, cameraTrack } = this.#devices.snapshot();
    const idle = (source: 'microphone' | 'camera') => own[source].state === 'off';
    if (microphoneTrack && this.#wants.microphone && idle('microphone'))
      engine.publish('microphone', microphoneTrack);
    if (cameraTrack && this.#wants.camera && idle('camera')) engine.publish('camera', cameraTrack);
  }

  #request: ConstructorParameters<typeof MediaEngine>[0]['signalling']['request'] = (name, payload) => {
    if (!this.#worker) return Promise.reject(new Error('The meeting is closed'));
    // The engine asks for media only; the worker passes nothing else on.
    return this.#worker.request(name as never, payload as never);
  };

  #stopMedia(): void {
    this.#engine?.close();
    this.#engine = null;
    this.#levels = null;
  }

  #onMedia({ name, event }: MediaEvent): void {
    const engine = this.#engine;
    if (!engine) return;
    switch (name) {
      case 'media:producers':
        return engine.onProducers(event);
      case 'media:consumerClosed':
        return engine.onConsumerClosed(event);
      case 'media:consumerLayers':
        return engine.onConsumerLayers(event);
      case 'media:consumerScore':
        return engine.onConsumerScore(event);
      case 'media:producerStopped':
        return engine.onProducerStopped(event);
      case 'media:reset':
        return engine.onReset();
    }
  }

  /** A host stopped a source, or the role does not allow it: the hardware goes off as well. */
  #onStopped(source: Source): void {
    if (source === 'camera') {
      this.#wants.camera = false;
      this.#devices.stopCamera();
    }
    if (source === 'microphone') this.#wants.microphone = false;
    if (source === 'screen') this.setScreenShare(false);
  }

  #onLost(source: Source): void {
    this.#engine?.unpublish(source);
    if (source === 'screen') this.#engine?.unpublish('screenAudio');
  }

  /** A newcomer's stream may be announced a moment before its commit arrives: only lasting ghosts count. */
  #reportGhosts(): void {
    setTimeout(() => {
      const members = new Set(this.#core.members.map((member) => member.device));
      const ghosts = (this.#engine?.snapshot().ghosts ?? []).filter((device) => !members.has(device));
      if (ghosts.length > 0) this.#command({ do: 'ghosts', devices: ghosts });
    }, 3_000);
  }

  #touch(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      this.#view = this.#build();
      for (const listener of this.#listeners) listener();
    });
  }

  #build(): MeetingView {
    return viewOf({
      link: this.#linkText,
      name: rememberedName(),
      core: this.#core,
      unsupported: this.#unsupported,
      engine: this.#engine?.snapshot() ?? null,
      levels: this.#levels,
      devices: this.#devices.snapshot(),
    });
  }
}
