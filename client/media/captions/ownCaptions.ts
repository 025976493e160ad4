import { browserSpeech } from './browserSpeech.ts';
import { type CaptionEngine, localEngine } from './engine.ts';

/** Captions of one's own speech. */
export interface OwnCaptionsView {
  readonly on: boolean;
  /** Why it is not on; null where nothing is in the way. */
  readonly problem: 'no-engine' | 'no-language' | 'failed' | null;
}

export interface OwnCaptionsOptions {
  readonly engines?: readonly CaptionEngine[];
  write(line: { id: string; text: string; final: boolean; lang: string }): void;
  newId(): string;
  now(): number;
  onChange(): void;
}

/** An unfinished sentence is not sent more often. */
const INTERIM_MS = 1_500;

/** Writes along with one's own microphone while it is on, by an engine that works on this device alone. */
export class OwnCaptions {
  readonly #options: OwnCaptionsOptions;
  readonly #engines: readonly CaptionEngine[];
  #view: OwnCaptionsView = { on: false, problem: null };
  #engine: CaptionEngine | null = null;
  #lang = '';
  #track: MediaStreamTrack | null = null;
  #stop: (() => void) | null = null;
  #line = { id: '', sentAt: 0 };

  constructor(options: OwnCaptionsOptions) {
    this.#options = options;
    this.#engines = options.engines ?? [browserSpeech()];
  }

  get view(): OwnCaptionsView {
    return this.#view;
  }

  /** `lang` as in BCP 47. */
  async switchOn(lang: string): Promise<void> {
    const engine = await localEngine(this.#engines, lang);
    if (!engine) {
      const answers = await Promise.all(this.#engines.map((each) => each.available(lang)));
      return this.#set({ on: false, problem: answers.includes('no-language') ? 'no-language' : 'no-engine' });
    }
    this.#engine = engine;
    this.#lang = lang;
    this.#set({ on: true, problem: null });
    this.#run();
  }

  switchOff(): void {
    this.#halt();
    if (this.#view.on || this.#view.problem) this.#set({ on: false, problem: null });
  }

  /** The own microphone while it is on; null while it is not. */
  listen(track: MediaStreamTrack | null): void {
    if (track === this.#track) return;
    this.#track = track;
    this.#halt();
    this.#run();
  }

  #run(): void {
    if (!this.#view.on || !this.#track || !this.#engine || this.#stop) return;
    this.#line = { id: this.#options.newId(), sentAt: 0 };
    this.#stop = this.#engine.start(this.#track, this.#lang, {
      onInterim: (text) => {
        const now = this.#options.now();
        if (now - this.#line.sentAt < INTERIM_MS) return;
        this.#line = { ...this.#line, sentAt: now };
        this.#options.write({ id: this.#line.id, text, final: false, lang: this.#lang });
      },
      onFinal: (text) => {
        this.#options.write({ id: this.#line.id, text, final: true, lang: this.#lang });
        this.#line = { id: this.#options.newId(), sentAt: 0 };
      },
      onStopped: (reason) => {
        this.#stop = null;
        this.#set({ on: false, problem: reason === 'failed' ? 'failed' : null });
      },
    });
  }

  #halt(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #set(view: OwnCaptionsView): void {
    this.#view = view;
    this.#options.onChange();
  }
}
