import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import { FrameCrypto } from '../e2ee/frames/frameCrypto.ts';
import { OwnCaptions } from '../media/captions/ownCaptions.ts';
import { Recorder } from '../media/recording/recorder.ts';
import type { Signalling } from '../media/signalling.ts';
import { whereTo } from './breakout/whereTo.ts';
import type { BreakoutsView } from './breakoutView.ts';
import type { Call } from './call.ts';
import type { Addressee } from './chatView.ts';
import type { CoreCommand } from './core/command.ts';
import { type CoreState, initialState } from './core/state.ts';
import type { Meeting } from './meeting.ts';
import { rememberedName, rememberName } from './nameMemory.ts';
import type { PageNotices } from './pageNotices.ts';
import type { Phase } from './phase.ts';
import { sceneOf, tilesOf } from './recordingScene.ts';
import { lastRoom, rememberRoom } from './roomMemory.ts';
import { choosePlace, handOver } from './saveFile.ts';
import { SessionMedia } from './sessionMedia.ts';
import { missingSupport } from './support.ts';
import type { MeetingView } from './view.ts';
import { viewOf } from './viewOf.ts';
import type { CoreHandle, CoreListeners } from './worker/workerClient.ts';

/** Day and time by the clock here, alike in every language. */
function wallClock(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

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

/** Phases from which there is no way on but to open the meeting anew. */
const OVER: readonly Phase['name'][] = [
  'left',
  'removed',
  'ended',
  'host-gone',
  'denied',
  'replaced',
  'failed',
  'bad-link',
];

/**
 * One meeting in one page: joins the core in its worker, the frame worker and the media into the view that
 * the interface shows. While the page is in a breakout room, the main meeting goes on without media.
 */
export class Session implements Meeting {
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
  /** The breakout room this page is in, and its meeting. */
  #room: { readonly id: MeetingId; readonly session: Session; joining: boolean } | null = null;
  #screenShared = false;
  readonly #media: SessionMedia;
  readonly #recorder = new Recorder({
    announce: (on) => this.#command({ do: 'recording', on }),
    scene: () => sceneOf(this.#view),
    clock: wallClock,
    onChange: () => this.touch(),
  });
  readonly #ownCaptions = new OwnCaptions({
    write: (line) => this.#command({ do: 'caption', ...line, spoken: true }),
    newId: () => crypto.randomUUID(),
    now: () => performance.now(),
    onChange: () => this.touch(),
  });

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#media = new SessionMedia({
      call: parts.call,
      signalling: { request: (name, payload) => this.request(name, payload) },
      command: (command) => this.#command(command),
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
    return this.#room && { id: this.#room.id, meeting: this.#room.session };
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

  tryPassphrase(passphrase: string): void {
    this.#command({ do: 'passphrase', passphrase });
  }

  recover(code: string): void {
    this.#command({ do: 'recover', code });
  }

  leave(): void {
    if (this.#parts.home) return this.#parts.home.leave();
    this.returnToMain();
    this.#recorder.end();
    this.#command({ do: 'leave' });
  }

  endForAll(): void {
    this.#command({ do: 'end' });
  }

  setMicrophone: Meeting['setMicrophone'] = (on) => this.#parts.call.setMicrophone(on);
  setCamera: Meeting['setCamera'] = (on) => this.#parts.call.setCamera(on);
  setScreenShare: Meeting['setScreenShare'] = (on) => this.#parts.call.setScreenShare(on);
  chooseMicrophone: Meeting['chooseMicrophone'] = (id) => void this.#parts.call.devices.chooseMicrophone(id);
  chooseCamera: Meeting['chooseCamera'] = (id) => void this.#parts.call.devices.chooseCamera(id);
  chooseSpeaker: Meeting['chooseSpeaker'] = (id) => this.#parts.call.devices.chooseSpeaker(id);
  retryDevices: Meeting['retryDevices'] = () => void this.#parts.call.devices.startBoth();
  testConnection: Meeting['testConnection'] = () => this.#parts.call.testConnection();
  setPushToTalk: Meeting['setPushToTalk'] = (on) => this.#parts.call.setPushToTalk(on);
  talk: Meeting['talk'] = (pressed) => this.#parts.call.talk(pressed);
  setMusicMode: Meeting['setMusicMode'] = (on) => this.#parts.call.setMusicMode(on);
  setMirrored: Meeting['setMirrored'] = (on) => this.#parts.call.setMirrored(on);
  flipCamera: Meeting['flipCamera'] = () => this.#parts.call.flipCamera();
  setScreenHint: Meeting['setScreenHint'] = (hint) => this.#parts.call.setScreenHint(hint);
  setBackground: Meeting['setBackground'] = (background) => this.#parts.call.setBackground(background);
  setBrighten: Meeting['setBrighten'] = (on) => this.#parts.call.setBrighten(on);
  setNoiseSuppression: Meeting['setNoiseSuppression'] = (on) => this.#parts.call.setNoiseSuppression(on);
  setUsage: Meeting['setUsage'] = (usage) => this.#parts.call.setUsage(usage);
  watchStats: Meeting['watchStats'] = (on) => this.#parts.call.watchStats(on);

  sendChat(text: string, to: Addressee = { kind: 'everyone' }, reply: string | null = null): void {
    this.#command({ do: 'chat', text, to, reply });
  }

  sendFile(file: File, to: Addressee = { kind: 'everyone' }, reply: string | null = null): void {
    this.#command({ do: 'sendFile', file, to, reply });
  }

  saveFile(id: string): void {
    const name = this.#core.chat.find((message) => message.id === id)?.file?.name;
    if (name === undefined) return;
    choosePlace(name).then(
      (place) => this.#command({ do: 'saveFile', id, place }),
      // Thought better of it.
      () => undefined,
    );
  }

  editChat: Meeting['editChat'] = (id, text) => this.#command({ do: 'editChat', id, text });
  deleteChat: Meeting['deleteChat'] = (id) => this.#command({ do: 'deleteChat', id });
  controlTransfer: Meeting['controlTransfer'] = (id, to) => this.#command({ do: 'transfer', id, to });

  retryChat(id: string): void {
    this.#command({ do: 'retryChat', id });
  }

  setHand(raised: boolean): void {
    this.#command({ do: 'hand', raised });
  }

  writeCaption: Meeting['writeCaption'] = (text, lang, correct) => {
    // On screen an own line's id begins with this device.
    const id = correct?.slice(correct.indexOf(':') + 1) ?? null;
    this.#command({ do: 'caption', id, text, final: true, lang, spoken: false });
  };
  captionOwnSpeech: Meeting['captionOwnSpeech'] = (lang) =>
    lang === null ? this.#ownCaptions.switchOff() : void this.#ownCaptions.switchOn(lang);

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
  setPolicy: Meeting['setPolicy'] = (policy, base = this.#core.policy ?? policy) =>
    this.#command({ do: 'policy', policy, base });
  denyAndBan: Meeting['denyAndBan'] = (knocks) => this.#command({ do: 'denyAndBan', knocks });
  tellWaiting: Meeting['tellWaiting'] = (knocks, text) => this.#command({ do: 'tell', knocks, text });
  sendBack: Meeting['sendBack'] = (device) => this.#command({ do: 'sendBack', device });
  liftBar: Meeting['liftBar'] = (device) => this.#command({ do: 'liftBar', device });
  unban: Meeting['unban'] = (device) => this.#command({ do: 'unban', device });
  setPanic: Meeting['setPanic'] = (on) => this.#command({ do: 'panic', on });
  setSpotlight: Meeting['setSpotlight'] = (devices) => this.#command({ do: 'spotlight', devices });
  ask: Meeting['ask'] = (device, source) => this.#command({ do: 'ask', device, source });
  lowerHand: Meeting['lowerHand'] = (device) => this.#command({ do: 'lowerHand', device });
  setLabel: Meeting['setLabel'] = (label) => this.#command({ do: 'label', label });
  createInvitation: Meeting['createInvitation'] = (wish) => this.#command({ do: 'invite', wish });
  revokeInvitations: Meeting['revokeInvitations'] = (keys) => this.#command({ do: 'revoke', keys });
  rotateLink: Meeting['rotateLink'] = (passphrase) => this.#command({ do: 'rotateLink', passphrase });
  makeRecoveryCode: Meeting['makeRecoveryCode'] = () => this.#command({ do: 'makeRecoveryCode' });
  dismissRecoveryCode: Meeting['dismissRecoveryCode'] = () => this.#command({ do: 'dismissRecoveryCode' });

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
    this.#command({ do: 'answerAsk', id });
    if (!ask || !yes) return;
    if (ask.source === 'microphone') this.setMicrophone(true);
    if (ask.source === 'camera') this.setCamera(true);
  }

  markVerified: Meeting['markVerified'] = (device) => this.#command({ do: 'verify', device });
  acknowledgeAlarm: Meeting['acknowledgeAlarm'] = (id) => this.#command({ do: 'acknowledge', id });
  dismissNotice: Meeting['dismissNotice'] = (id) => {
    if (!this.#parts.notices.dismiss(id)) this.#command({ do: 'dismiss', id });
  };

  report: Meeting['report'] = (draft) => this.#command({ do: 'report', draft });
  packReport: Meeting['packReport'] = (draft) => this.#command({ do: 'packReport', draft });
  activity: Meeting['activity'] = (wish) => this.#command({ do: 'activity', wish });
  draw: Meeting['draw'] = (wish) => this.#command({ do: 'board', wish });
  setViewOnly: Meeting['setViewOnly'] = (on) => this.#command({ do: 'viewOnly', on });
  reportDone: Meeting['reportDone'] = () => this.#command({ do: 'reportDone' });

  breakout: Meeting['breakout'] = (wish) => (this.#parts.home ?? this).#command({ do: 'breakout', wish });

  enterRoom(id: MeetingId): void {
    const { home, enter, call, notices } = this.#parts;
    if (home) return home.enterRoom(id);
    if (!enter || this.#room?.id === id) return;
    this.#room?.session.close();
    // Nobody hears this device in two places, and a recording of an empty chair helps nobody.
    this.#recorder.end();
    this.#media.stop();
    const session = new Session({
      link: this.#parts.link,
      call,
      notices,
      home: this,
      open: (port, listeners) => enter(id, port, listeners),
    });
    this.#room = { id, session, joining: false };
    rememberRoom(id);
    this.#command({ do: 'here', room: id });
    session.subscribe(() => this.#followRoom());
    this.touch();
  }

  returnToMain(): void {
    const { home } = this.#parts;
    if (home) return home.returnToMain();
    if (!this.#room) return;
    const { session } = this.#room;
    this.#room = null;
    session.close();
    rememberRoom(null);
    this.#command({ do: 'here', room: null });
    this.#onState({});
  }

  showTiles: Meeting['showTiles'] = (tiles) => {
    this.#media.show(tiles);
    const screens = tiles.filter(({ source }) => source === 'screen').map(({ device }) => device);
    this.#command({ do: 'watch', screens: this.#parts.call.view.usage === 'audio-only' ? [] : screens });
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
    this.#room?.session.close();
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
  readonly #onPageHide = () => this.#command({ do: 'goAway' });

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

  #command(command: CoreCommand): void {
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
    if (inside && !this.#media.running && !this.#room && self && this.#frames) {
      this.#muteOnEntry();
      this.#media.start(self, this.#frames);
    }
    if (!inside) this.#media.stop();
    if (this.#core.members !== before.members) this.#media.follow();
    if (this.#core.connection === 'connected' && before.connection === 'reconnecting')
      this.#media.onReconnected();
    if (OVER.includes(phase.name) && !this.#parts.home) {
      this.#room?.session.close();
      this.#room = null;
      // Whoever is out has no camera light on.
      this.#parts.call.stopDevices();
    }
    if (inside && this.#core.breakouts !== before.breakouts) this.#followBreakouts(before.breakouts);
    this.touch();
  }

  /** Goes where the records send this person, and back when the rooms close. */
  #followBreakouts(before: BreakoutsView): void {
    if (this.#parts.home) return;
    const move = whereTo(before, this.#core.breakouts, this.#room?.id ?? null, lastRoom());
    if (move === 'main') this.returnToMain();
    else if (move) this.enterRoom(move.to);
  }

  /** Goes into the room as soon as it is open, and back from one that lets this person in no more. */
  #followRoom(): void {
    const room = this.#room;
    if (!room) return;
    const { phase } = room.session.getView();
    if (phase.name === 'prejoin' && !room.joining) {
      room.joining = true;
      room.session.join(this.#core.name);
    }
    if (OVER.includes(phase.name)) this.returnToMain();
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
    this.#command({ do: 'board', wish: { do: 'share', on: shared } });
  }

  /** Tells listeners of a new view, once per turn of the event loop. */
  touch(): void {
    this.#room?.session.touch();
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
