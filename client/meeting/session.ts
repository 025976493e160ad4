import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import { FrameCrypto } from '../e2ee/frames/frameCrypto.ts';
import { OwnCaptions } from '../media/captions/ownCaptions.ts';
import { Recorder } from '../media/recording/recorder.ts';
import type { Signalling } from '../media/signalling.ts';
import { type RoomMeeting, Visit } from './breakout/visit.ts';
import type { BreakoutsView } from './breakoutView.ts';
import type { Call } from './call.ts';
import { localTime } from './clock.ts';
import type { CoreCommand } from './core/command.ts';
import { type CoreState, initialState } from './core/state.ts';
import type { Meeting } from './meeting.ts';
import { rememberedName, rememberName } from './nameMemory.ts';
import type { PageNotices } from './pageNotices.ts';
import { isOver } from './phase.ts';
import { PlainActions } from './plainActions.ts';
import { sceneOf, tilesOf } from './recordingScene.ts';
import { lastRoom, rememberRoom } from './roomMemory.ts';
import { choosePlace, handOver } from './saveFile.ts';
import { SessionMedia } from './sessionMedia.ts';
import { missingSupport } from './support.ts';
import type { MeetingView } from './view.ts';
import { viewOf } from './viewOf.ts';
import type { CoreHandle, CoreListeners } from './worker/workerClient.ts';

/** What one meeting in a page is made of; a breakout room shares call and notices with its main meeting. */
export interface SessionParts {
  /** The whole link, to be shown and copied. */
  readonly link: string;
  readonly call: Call;
  readonly notices: PageNotices;
  /** Opens the meeting's core; the port is for its frame worker. */
  readonly open: (framePort: MessagePort, listeners: CoreListeners) => CoreHandle;
  /** In a breakout room: the main meeting. */
  readonly home?: Session;
  /** In a main meeting: opens a breakout room of it. */
  readonly enter?: (room: MeetingId, framePort: MessagePort, listeners: CoreListeners) => CoreHandle;
}

/**
 * One meeting in one page: joins the core in its worker, the frame worker and the media into the view that
 * the interface shows. While the page is in a breakout room, the main meeting goes on without media.
 */
export class Session extends PlainActions implements RoomMeeting {
  readonly #parts: SessionParts;
  readonly #listeners = new Set<() => void>();
  readonly #unsupported = missingSupport();
  #core: CoreState = initialState;
  #handle: CoreHandle | null = null;
  #frames: FrameCrypto | null = null;
  #view: MeetingView;
  #scheduled = false;
  #accepted: ReadonlySet<DeviceKey> = new Set();
  #closed = false;
  #screenShared = false;
  readonly #media: SessionMedia;
  /** Of a main meeting. */
  readonly #visit = new Visit({
    open: (room) => this.#openRoom(room),
    name: () => this.#core.name,
    onMove: (room) => this.#onMove(room),
  });
  readonly #recorder = new Recorder({
    announce: (on) => this.command({ do: 'recording', on }),
    scene: () => sceneOf(this.#view),
    clock: localTime,
    onChange: () => this.touch(),
  });
  readonly #ownCaptions = new OwnCaptions({
    write: (line) => this.command({ do: 'caption', ...line, spoken: true }),
    newId: () => crypto.randomUUID(),
    now: () => performance.now(),
    onChange: () => this.touch(),
  });

  constructor(parts: SessionParts) {
    super(parts.call);
    this.#parts = parts;
    this.#media = new SessionMedia({
      call: parts.call,
      signalling: { request: (name, payload) => this.request(name, payload) },
      command: (command) => this.command(command),
      members: () => this.#core.members,
      onChange: () => this.touch(),
    });
    this.#view = this.#build();
    if (this.#unsupported) return;
    if (!parts.home) void parts.call.devices.startBoth();
    this.#connect();
    globalThis.addEventListener('pagehide', this.#onPageHide);
  }

  get breakouts(): BreakoutsView {
    return this.#core.breakouts;
  }

  get room(): Meeting['room'] {
    return this.#visit.room;
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
    this.command({ do: 'join', name, message });
  }

  leave(): void {
    if (this.#parts.home) return this.#parts.home.leave();
    this.returnToMain();
    this.#recorder.end();
    this.command({ do: 'leave' });
  }

  saveFile(id: string): void {
    const name = this.#core.chat.find((message) => message.id === id)?.file?.name;
    if (name === undefined) return;
    choosePlace(name).then(
      (place) => this.command({ do: 'saveFile', id, place }),
      // Thought better of it.
      () => undefined,
    );
  }

  writeCaption: Meeting['writeCaption'] = (text, lang, correct) => {
    // On screen an own line's id begins with this device.
    const id = correct?.slice(correct.indexOf(':') + 1) ?? null;
    this.command({ do: 'caption', id, text, final: true, lang, spoken: false });
  };
  captionOwnSpeech: Meeting['captionOwnSpeech'] = (lang) =>
    lang === null ? this.#ownCaptions.switchOff() : void this.#ownCaptions.switchOn(lang);

  rename(name: string): void {
    rememberName(name);
    this.command({ do: 'rename', name });
  }

  setPolicy: Meeting['setPolicy'] = (policy, base = this.#core.policy ?? policy) =>
    this.command({ do: 'policy', policy, base });

  acceptRecording(): void {
    this.#accepted = new Set([...this.#accepted, ...this.#core.recording]);
    this.touch();
  }

  startRecording: Meeting['startRecording'] = () => void this.#recorder.begin();
  pauseRecording: Meeting['pauseRecording'] = (on) => this.#recorder.pause(on);
  stopRecording: Meeting['stopRecording'] = () => this.#recorder.end();
  dismissRecorder: Meeting['dismissRecorder'] = () => this.#recorder.forget();

  answerAsk(id: string, yes: boolean): void {
    const ask = this.#core.asks.find((each) => each.id === id);
    this.command({ do: 'answerAsk', id });
    if (!ask || !yes) return;
    if (ask.source === 'microphone') this.setMicrophone(true);
    if (ask.source === 'camera') this.setCamera(true);
  }

  dismissNotice: Meeting['dismissNotice'] = (id) => {
    if (!this.#parts.notices.dismiss(id)) this.command({ do: 'dismiss', id });
  };

  breakout: Meeting['breakout'] = (wish) => (this.#parts.home ?? this).command({ do: 'breakout', wish });

  enterRoom(id: MeetingId): void {
    (this.#parts.home ?? this).#visit.enter(id);
  }

  returnToMain(): void {
    (this.#parts.home ?? this).#visit.leave();
  }

  showTiles: Meeting['showTiles'] = (tiles) => {
    this.#media.show(tiles);
    const screens = tiles.filter(({ source }) => source === 'screen').map(({ device }) => device);
    this.command({ do: 'watch', screens });
  };

  takeOver(): void {
    this.#recorder.end();
    this.#stopWorkers();
    this.#core = initialState;
    this.#connect();
    this.touch();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.removeEventListener('pagehide', this.#onPageHide);
    this.#visit.close();
    this.#recorder.end();
    this.#ownCaptions.switchOff();
    this.#stopWorkers();
    if (!this.#parts.home) this.#parts.call.close();
    this.#listeners.clear();
  }

  /** Requests about media, which are the only ones that a page may make. */
  request: Signalling['request'] = (name, payload) => {
    if (!this.#handle) return Promise.reject(new Error('The meeting is closed'));
    // The engine asks for media only; the worker passes nothing else on.
    return this.#handle.request(name as never, payload as never);
  };

  /** Closing the tab says goodbye at once; a page kept for going back must not stay in the meeting either. */
  readonly #onPageHide = () => this.command({ do: 'goAway' });

  #connect(): void {
    const frames = new FrameCrypto({ onEvent: (event) => this.#media.onFrameEvent(event) });
    const channel = new MessageChannel();
    frames.attachGroupPort(channel.port1);
    this.#frames = frames;
    this.#handle = this.#parts.open(channel.port2, {
      onState: (change) => this.#onState(change),
      onMedia: (media) => this.#media.onMedia(media),
      onFile: handOver,
    });
  }

  #stopWorkers(): void {
    this.#media.stop();
    this.#handle?.close();
    this.#handle = null;
    this.#frames?.close();
    this.#frames = null;
  }

  protected command(command: CoreCommand): void {
    this.#handle?.command(command);
  }

  /** The worker died; everything in it is lost. */
  fail(): void {
    this.#onState({ phase: { name: 'failed', code: 'unavailable' } });
  }

  #onState(change: Partial<CoreState>): void {
    const before = this.#core;
    this.#core = { ...before, ...change };
    const { self, recording, phase } = this.#core;
    const inside = phase.name === 'meeting';
    if (inside) this.#recorder.told(self !== null && recording.includes(self));
    else this.#recorder.end();
    if (inside && !this.#media.running && !this.room && self && this.#frames) {
      this.#muteOnEntry();
      this.#media.start(self, this.#frames);
    }
    if (!inside) this.#media.stop();
    if (this.#core.members !== before.members) this.#media.follow();
    if (this.#core.connection === 'connected' && before.connection === 'reconnecting')
      this.#media.onReconnected();
    if (isOver(phase) && !this.#parts.home) {
      this.#visit.close();
      // Whoever is out has no camera light on.
      this.#parts.call.stopDevices();
    }
    if (inside && this.#core.breakouts !== before.breakouts && !this.#parts.home)
      this.#visit.follow(before.breakouts, this.#core.breakouts, lastRoom());
    this.touch();
  }

  #openRoom(room: MeetingId): Session | null {
    const { link, call, notices, enter } = this.#parts;
    if (!enter) return null;
    // Nobody hears this device in two places, and a recording of an empty chair helps nobody.
    this.#recorder.end();
    this.#media.stop();
    return new Session({
      link,
      call,
      notices,
      home: this,
      open: (port, listeners) => enter(room, port, listeners),
    });
  }

  #onMove(room: MeetingId | null): void {
    rememberRoom(room);
    this.command({ do: 'here', room });
    // Media comes back with the page.
    if (room === null) this.#onState({});
    else this.touch();
  }

  /** The rules may have everyone below co-host come in silent; unmuting is then the person's own act. */
  #muteOnEntry(): void {
    const { policy, rights, role } = this.#core;
    const { call, notices } = this.#parts;
    if (!policy?.muteOnEntry || role === 'host' || role === 'cohost' || !call.wantsMicrophone) return;
    call.setMicrophone(false);
    if (rights.has('speak')) notices.add({ kind: 'muted-on-entry' });
  }

  #followRecorder(): void {
    const busy = this.#recorder.view.state === 'running' || this.#recorder.view.state === 'paused';
    this.#media.record(busy ? tilesOf(this.#view.members) : []);
  }

  /** Others may draw on a screen from the moment it is shared. */
  #offerScreen(): void {
    const shared = this.#media.snapshot?.own.screen.state === 'live';
    if (shared === this.#screenShared) return;
    this.#screenShared = shared;
    this.command({ do: 'board', wish: { do: 'share', on: shared } });
  }

  /** Tells listeners of a new view, once per turn of the event loop. */
  touch(): void {
    this.#visit.touch();
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      this.#view = this.#build();
      this.#followRecorder();
      this.#offerScreen();
      const own = this.#media.snapshot?.own.microphone;
      this.#ownCaptions.listen(own?.state === 'live' ? own.track : null);
      for (const listener of this.#listeners) listener();
    });
  }

  #build(): MeetingView {
    return viewOf({
      link: this.#parts.link,
      name: rememberedName(),
      core: this.#core,
      breakouts: this.#parts.home?.breakouts ?? this.breakouts,
      inRoom: this.#parts.home !== undefined,
      unsupported: this.#unsupported,
      engine: this.#media.snapshot,
      levels: this.#media.levels,
      devices: { ...this.#parts.call.devices.snapshot(), cameraTrack: this.#parts.call.cameraTrack },
      mirrored: this.#parts.call.preferences.mirrored,
      pushToTalk: this.#parts.call.preferences.pushToTalk,
      call: this.#parts.call.view,
      recorder: this.#recorder.view,
      ownCaptions: this.#ownCaptions.view,
      accepted: this.#accepted,
      notices: this.#parts.notices.all,
    });
  }
}
