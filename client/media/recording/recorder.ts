import { Composer } from './composer.ts';
import { Mixer } from './mixer.ts';
import { type FileFailure, RecordingFile, RecordingFileError } from './recordingFile.ts';
import type { RecordingScene } from './scene.ts';

/** Why a recording did not start, or ended by itself. */
export type RecordingFailure = FileFailure | 'unsupported' | 'refused' | 'broken';

/** This device's own recording. */
export interface RecorderView {
  readonly state: 'off' | 'starting' | 'running' | 'paused' | 'saving';
  /** Milliseconds recorded, without pauses. */
  readonly ms: number;
  /** Bytes on the disk. */
  readonly bytes: number;
  /** Why the last one ended or did not start; null where the person wanted it so. */
  readonly failure: RecordingFailure | null;
}

export const idleRecorder: RecorderView = { state: 'off', ms: 0, bytes: 0, failure: null };

export interface RecorderOptions {
  /** Appends the signed record that says that this device begins or ends to record. */
  announce(on: boolean): void;
  /** What is to be seen and heard now. */
  scene(): RecordingScene;
  /** Written at the top of the picture. */
  clock(): string;
  onChange(): void;
}

const FRAME_MS = 50;
/** Drawing takes a quarter of the page's time at most: a slow device records fewer pictures and stays usable. */
const REST_PER_DRAWING = 3;
const SLICE_MS = 1_000;
/** A player can jump to the beginning of each such stretch. */
const KEYFRAME_MS = 4_000;
/** How long the others may take to be told. */
const TOLD_MS = 15_000;
const TYPES = ['video/webm;codecs=vp9,opus', 'video/webm;codecs=vp8,opus', 'video/webm'];

/** Known to browsers, not yet to the project's types. */
type RecorderOptionsOfBrowser = MediaRecorderOptions & { readonly videoKeyFrameIntervalDuration: number };

interface Run {
  readonly file: RecordingFile;
  readonly mixer: Mixer;
  readonly composer: Composer;
  readonly recorder: MediaRecorder;
  /** Pieces on their way to the file. */
  pending: Promise<void>;
}

/**
 * Records the meeting on this device: composed picture and mixed sound as WebM, written to the browser's private
 * storage second by second. Not a frame is taken before the record that tells everybody is in the chain, and
 * none after that record has lost its force.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  #view: RecorderView = idleRecorder;
  #run: Run | null = null;
  #told = false;
  #cancelWait: () => void = () => undefined;
  #since = 0;
  #before = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  get view(): RecorderView {
    return this.#view;
  }

  /** Prepares the file, tells everybody, and records from when they are told. Call it from what was pressed. */
  async begin(): Promise<void> {
    if (this.#view.state !== 'off') return;
    this.#set({ ...idleRecorder, state: 'starting' });
    try {
      this.#run = await this.#prepare();
    } catch (error) {
      const failure = error instanceof RecordingFileError ? error.code : 'unsupported';
      return this.#set({ ...idleRecorder, failure });
    }
    if (this.#told) return this.#start();
    const timer = setTimeout(() => this.#finish('refused'), TOLD_MS);
    this.#cancelWait = () => clearTimeout(timer);
    this.#options.announce(true);
  }

  /** Whether the records say now that this device records. */
  told(on: boolean): void {
    if (on === this.#told) return;
    this.#told = on;
    const { state } = this.#view;
    if (on && state === 'starting' && this.#run) return this.#start();
    // Left over from a page that ended before it could say so.
    if (on && state === 'off') return this.#options.announce(false);
    if (!on && (state === 'running' || state === 'paused')) this.#finish(null);
  }

  pause(on: boolean): void {
    const recorder = this.#run?.recorder;
    if (!recorder) return;
    if (on && this.#view.state === 'running') {
      recorder.pause();
      this.#before = this.#elapsed();
      this.#set({ ...this.#view, state: 'paused', ms: this.#before });
    } else if (!on && this.#view.state === 'paused') {
      recorder.resume();
      this.#since = performance.now();
      this.#set({ ...this.#view, state: 'running' });
      this.#draw();
    }
  }

  /** Ends the recording and keeps it; also when the meeting is over. Idempotent. */
  end(): void {
    if (this.#view.state !== 'off' && this.#view.state !== 'saving') this.#finish(null);
  }

  forget(): void {
    if (this.#view.state === 'off') this.#set(idleRecorder);
  }

  async #prepare(): Promise<Run> {
    const mimeType = TYPES.find(
      (type) => 'MediaRecorder' in globalThis && MediaRecorder.isTypeSupported(type),
    );
    if (!mimeType) throw new DOMException('No WebM', 'NotSupportedError');
    // A browser may clear away what it was not asked to keep.
    navigator.storage.persist?.().catch(() => undefined);
    const mixer = new Mixer();
    const composer = new Composer();
    try {
      await mixer.resume();
      const options: RecorderOptionsOfBrowser = {
        mimeType,
        videoBitsPerSecond: 2_500_000,
        audioBitsPerSecond: 96_000,
        videoKeyFrameIntervalDuration: KEYFRAME_MS,
      };
      const recorder = new MediaRecorder(new MediaStream([composer.track, mixer.track]), options);
      const file = await RecordingFile.open(`${Date.now()}.webm`, {
        onTick: () => this.#draw(),
        onWritten: (bytes) => this.#set({ ...this.#view, bytes, ms: this.#elapsed() }),
        onFailed: (failure) => this.#broken(failure),
      });
      return { file, mixer, composer, recorder, pending: Promise.resolve() };
    } catch (error) {
      composer.close();
      mixer.close();
      throw error;
    }
  }

  #start(): void {
    const run = this.#run;
    if (!run) return;
    this.#cancelWait();
    const { recorder, file } = run;
    recorder.addEventListener('dataavailable', ({ data }) => {
      run.pending = run.pending.then(async () => file.write(await data.arrayBuffer()));
    });
    recorder.addEventListener('error', () => this.#broken('broken'));
    this.#since = performance.now();
    this.#before = 0;
    this.#set({ ...idleRecorder, state: 'running' });
    recorder.start(SLICE_MS);
    this.#draw();
  }

  #draw(): void {
    const run = this.#run;
    if (!run || this.#view.state !== 'running') return;
    const began = performance.now();
    const scene = this.#options.scene();
    run.mixer.set(scene.sounds);
    run.composer.draw(scene, this.#options.clock());
    const took = performance.now() - began;
    run.file.beat(Math.max(FRAME_MS - took, REST_PER_DRAWING * took));
  }

  #finish(failure: RecordingFailure | null): void {
    const run = this.#run;
    this.#run = null;
    this.#cancelWait();
    if (this.#told || this.#view.state === 'starting') this.#options.announce(false);
    if (!run) return this.#set({ ...idleRecorder, failure });
    this.#set({ ...this.#view, state: 'saving', failure });
    void this.#save(run).then(() => this.#set({ ...this.#view, state: 'off' }));
  }

  #broken(failure: RecordingFailure): void {
    if (this.#run) this.#finish(failure);
  }

  async #save(run: Run): Promise<void> {
    const { recorder, file, mixer, composer } = run;
    if (recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
      recorder.stop();
      await stopped;
    }
    composer.close();
    mixer.close();
    // The last piece came with the stop.
    await run.pending;
    await file.close();
  }

  #elapsed(): number {
    return this.#before + (this.#view.state === 'running' ? performance.now() - this.#since : 0);
  }

  #set(view: RecorderView): void {
    this.#view = view;
    this.#options.onChange();
  }
}
