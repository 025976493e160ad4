import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import { FrameCrypto } from '../e2ee/frames/frameCrypto.ts';
import type { MeetingLink } from '../e2ee/link/link.ts';
import { OwnCaptions } from '../media/captions/ownCaptions.ts';
import { MediaEngine } from '../media/engine.ts';
import type { Levels } from '../media/levels.ts';
import { Recorder } from '../media/recording/recorder.ts';
import { Call } from './call.ts';
import type { CoreCommand } from './core/command.ts';
import { type CoreState, initialState } from './core/state.ts';
import { rememberedName, rememberName } from './nameMemory.ts';
import { PageNotices } from './pageNotices.ts';
import { sceneOf, tilesOf } from './recordingScene.ts';
import { choosePlace, handOver } from './saveFile.ts';
import { missingSupport } from './support.ts';
import type { Addressee, Meeting, MeetingView } from './view.ts';
import { viewOf } from './viewOf.ts';
import type { MediaEvent } from './worker/messages.ts';
import { WorkerClient } from './worker/workerClient.ts';

function pageStorage(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

/** Day and time by the clock here, alike in every language. */
function wallClock(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * One meeting in one page: joins the core in its worker, the frame worker and the media engine into
 * the view that the interface shows.
 */
export class Session implements Meeting {
  readonly #link: MeetingLink;
  readonly #linkText: string;
  readonly #listeners = new Set<() => void>();
  readonly #unsupported = missingSupport();
  readonly #notices = new PageNotices(() => this.#touch());
  #core: CoreState = initialState;
  #worker: WorkerClient | null = null;
  #frames: FrameCrypto | null = null;
  #engine: MediaEngine | null = null;
  #levels: Levels | null = null;
  #view: MeetingView;
  #scheduled = false;
  #accepted: ReadonlySet<DeviceKey> = new Set();
  #closed = false;
  readonly #call = new Call({
    storage: pageStorage(),
    signalling: { request: (name, payload) => this.#request(name, payload) },
    onChange: () => this.#touch(),
    notify: (notice) => this.#notices.add(notice),
  });

  readonly #recorder = new Recorder({
    announce: (on) => this.#command({ do: 'recording', on }),
    scene: () => sceneOf(this.#view),
    clock: wallClock,
    onChange: () => this.#touch(),
  });
  readonly #ownCaptions = new OwnCaptions({
    write: (line) => this.#command({ do: 'caption', ...line, spoken: true }),
    newId: () => crypto.randomUUID(),
    now: () => performance.now(),
    onChange: () => this.#touch(),
  });
  #shown: Parameters<Meeting['showTiles']>[0] = [];
  #recorded: ReturnType<typeof tilesOf> = [];

  constructor(link: MeetingLink, linkText: string) {
    this.#link = link;
    this.#linkText = linkText;
    this.#view = this.#build();
    if (this.#unsupported) return;
    void this.#call.devices.startBoth();
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

  tryPassphrase(passphrase: string): void {
    this.#command({ do: 'passphrase', passphrase });
  }

  recover(code: string): void {
    this.#command({ do: 'recover', code });
  }

  leave(): void {
    this.#recorder.end();
    this.#command({ do: 'leave' });
  }

  endForAll(): void {
    this.#command({ do: 'end' });
  }

  setMicrophone: Meeting['setMicrophone'] = (on) => this.#call.setMicrophone(on);
  setCamera: Meeting['setCamera'] = (on) => this.#call.setCamera(on);
  setScreenShare: Meeting['setScreenShare'] = (on) => this.#call.setScreenShare(on);
  chooseMicrophone: Meeting['chooseMicrophone'] = (id) => void this.#call.devices.chooseMicrophone(id);
  chooseCamera: Meeting['chooseCamera'] = (id) => void this.#call.devices.chooseCamera(id);
  chooseSpeaker: Meeting['chooseSpeaker'] = (id) => this.#call.devices.chooseSpeaker(id);
  retryDevices: Meeting['retryDevices'] = () => void this.#call.devices.startBoth();
  testConnection: Meeting['testConnection'] = () => this.#call.testConnection();
  setPushToTalk: Meeting['setPushToTalk'] = (on) => this.#call.setPushToTalk(on);
  talk: Meeting['talk'] = (pressed) => this.#call.talk(pressed);
  setMusicMode: Meeting['setMusicMode'] = (on) => this.#call.setMusicMode(on);
  setMirrored: Meeting['setMirrored'] = (on) => this.#call.setMirrored(on);
  flipCamera: Meeting['flipCamera'] = () => this.#call.flipCamera();
  setScreenHint: Meeting['setScreenHint'] = (hint) => this.#call.setScreenHint(hint);
  setBackground: Meeting['setBackground'] = (background) => this.#call.setBackground(background);
  setBrighten: Meeting['setBrighten'] = (on) => this.#call.setBrighten(on);
  setNoiseSuppression: Meeting['setNoiseSuppression'] = (on) => this.#call.setNoiseSuppression(on);
  setUsage: Meeting['setUsage'] = (usage) => this.#call.setUsage(usage);
  watchStats: Meeting['watchStats'] = (on) => this.#call.watchStats(on);

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
  setPolicy: Meeting['setPolicy'] = (policy) => this.#command({ do: 'policy', policy });
  denyAndBan: Meeting['denyAndBan'] = (knocks) => this.#command({ do: 'denyAndBan', knocks });
  tellWaiting: Meeting['tellWaiting'] = (knocks, text) => this.#command({ do: 'tell', knocks, text });
  sendBack: Meeting['sendBack'] = (device) => this.#command({ do: 'sendBack', device });
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
    this.#touch();
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
    if (!this.#notices.dismiss(id)) this.#command({ do: 'dismiss', id });
  };

  report: Meeting['report'] = (draft) => this.#command({ do: 'report', draft });
  packReport: Meeting['packReport'] = (draft) => this.#command({ do: 'packReport', draft });
  activity: Meeting['activity'] = (wish) => this.#command({ do: 'activity', wish });
  reportDone: Meeting['reportDone'] = () => this.#command({ do: 'reportDone' });

  showTiles: Meeting['showTiles'] = (tiles) => {
    this.#shown = tiles;
    this.#subscribeTiles();
    const screens = tiles.filter(({ source }) => source === 'screen').map(({ device }) => device);
    this.#command({ do: 'watch', screens: this.#call.view.usage === 'audio-only' ? [] : screens });
  };

  takeOver(): void {
    this.#recorder.end();
    this.#stopWorkers();
    this.#core = initialState;
    this.#connect();
    this.#touch();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.removeEventListener('pagehide', this.#onPageHide);
    this.#recorder.end();
    this.#ownCaptions.switchOff();
    this.#stopWorkers();
    this.#call.close();
    this.#listeners.clear();
  }

  /** Closing the tab says goodbye at once; a page kept for going back must not stay in the meeting either. */
  readonly #onPageHide = () => this.#command({ do: 'leave' });

  #connect(): void {
    const worker = new WorkerClient({
      onState: (change) => this.#onState(change),
      onMedia: (media) => this.#onMedia(media),
      onFile: handOver,
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
    const { self, recording } = this.#core;
    if (inside) this.#recorder.told(self !== null && recording.includes(self));
    else this.#recorder.end();
    if (inside && !this.#engine) {
      this.#muteOnEntry();
      this.#startMedia();
    }
    if (!inside && this.#engine) this.#stopMedia();
    if (this.#core.members !== before.members) {
      this.#engine?.setRoster(this.#heard());
    }
    if (this.#core.connection === 'connected' && before.connection === 'reconnecting')
      this.#engine?.onReconnected();
    // Whoever is out has no camera light on.
    if (
      ['left', 'removed', 'ended', 'host-gone', 'denied', 'replaced', 'failed'].includes(
        this.#core.phase.name,
      )
    ) {
      this.#call.stopDevices();
    }
    this.#touch();
  }

  /** The rules may have everyone below co-host come in silent; unmuting is then the person's own act. */
  #muteOnEntry(): void {
    const { policy, role } = this.#core;
    if (policy?.muteOnEntry && role !== 'host' && role !== 'cohost') this.#call.setMicrophone(false);
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
    this.#call.plug(engine);
  }

  /** Members whose media may be subscribed to. */
  #heard(): ReadonlySet<DeviceKey> {
    return new Set(this.#core.members.filter((member) => !member.heldBack).map((member) => member.device));
  }

  /** Pictures on the page, and those a recording needs besides. */
  #subscribeTiles(): void {
    const same = (one: { device: DeviceKey; source: Source }) => (other: typeof one) =>
      one.device === other.device && one.source === other.source;
    const both = this.#shown.map((tile) => ({
      ...tile,
      height: Math.max(tile.height, this.#recorded.find(same(tile))?.height ?? 0),
    }));
    const more = this.#recorded.filter((tile) => !this.#shown.some(same(tile)));
    this.#engine?.setTiles([...both, ...more]);
  }

  #followRecorder(): void {
    const busy = this.#recorder.view.state === 'running' || this.#recorder.view.state === 'paused';
    const wanted = busy ? tilesOf(this.#view.members) : [];
    if (JSON.stringify(wanted) === JSON.stringify(this.#recorded)) return;
    this.#recorded = wanted;
    this.#subscribeTiles();
  }

  #request: ConstructorParameters<typeof MediaEngine>[0]['signalling']['request'] = (name, payload) => {
    if (!this.#worker) return Promise.reject(new Error('The meeting is closed'));
    // The engine asks for media only; the worker passes nothing else on.
    return this.#worker.request(name as never, payload as never);
  };

  #stopMedia(): void {
    this.#call.plug(null);
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
      this.#followRecorder();
      const own = this.#engine?.snapshot().own.microphone;
      this.#ownCaptions.listen(own?.state === 'live' ? own.track : null);
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
      devices: { ...this.#call.devices.snapshot(), cameraTrack: this.#call.cameraTrack },
      mirrored: this.#call.preferences.mirrored,
      pushToTalk: this.#call.preferences.pushToTalk,
      call: this.#call.view,
      recorder: this.#recorder.view,
      ownCaptions: this.#ownCaptions.view,
      accepted: this.#accepted,
      notices: this.#notices.all,
    });
  }
}
