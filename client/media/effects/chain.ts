import type { EffectEnd, RunningEffect, StartEffect } from './effect.ts';

export interface EffectChainOptions {
  /** Fetches the effect's code; called when it is first switched on. */
  readonly load: () => Promise<StartEffect>;
  /** What is to be sent now; null for nothing. */
  readonly onTrack: (track: MediaStreamTrack | null) => void;
  readonly onChange: () => void;
  /** The effect switched itself off. */
  readonly onStopped: (reason: EffectEnd) => void;
}

/** One source's way through its effect, or past it. */
export class EffectChain {
  readonly #options: EffectChainOptions;
  #raw: MediaStreamTrack | null = null;
  #on = false;
  #running: RunningEffect | null = null;
  /** Each change makes what was being started before void. */
  #turn = 0;

  constructor(options: EffectChainOptions) {
    this.#options = options;
  }

  get on(): boolean {
    return this.#on;
  }

  get state(): { readonly state: 'off' | 'loading' | 'on'; readonly costMs: number | null } {
    if (!this.#on) return { state: 'off', costMs: null };
    if (this.#running === null) return { state: this.#raw === null ? 'on' : 'loading', costMs: null };
    return { state: 'on', costMs: this.#running.costMs };
  }

  /** What comes out; null while nothing does. */
  get track(): MediaStreamTrack | null {
    return this.#on ? (this.#running?.track ?? null) : this.#raw;
  }

  set(on: boolean): void {
    if (this.#on === on) return;
    this.#on = on;
    this.#restart();
  }

  /** The effect is to work differently: starts it anew. */
  renew(): void {
    if (this.#on) this.#restart();
  }

  /** Takes the source's track, or null when it is off. Hands out what to send through `onTrack`. */
  input(raw: MediaStreamTrack | null): void {
    if (this.#raw === raw) {
      if (this.track !== null) this.#options.onTrack(this.track);
      return;
    }
    this.#raw = raw;
    this.#restart();
  }

  /** Idempotent. */
  close(): void {
    this.#turn++;
    this.#drop();
    this.#raw = null;
  }

  #drop(): void {
    this.#running?.close();
    this.#running = null;
  }

  #restart(): void {
    const turn = ++this.#turn;
    const raw = this.#raw;
    const before = this.#running;
    this.#running = null;
    if (raw !== null && this.#on) this.#start(raw, turn, before);
    else {
      this.#options.onTrack(raw);
      before?.close();
    }
    this.#options.onChange();
  }

  /** The effect of before goes on being sent until the new one is there. */
  #start(raw: MediaStreamTrack, turn: number, before: RunningEffect | null): void {
    this.#options
      .load()
      .then((start) => start(raw, { onEnd: (reason) => this.#end(reason, turn) }))
      .then(
        (effect) => {
          if (turn !== this.#turn) return effect.close();
          this.#running = effect;
          this.#options.onTrack(effect.track);
          this.#options.onChange();
        },
        () => this.#end('failed', turn),
      )
      .finally(() => before?.close());
  }

  #end(reason: EffectEnd, turn: number): void {
    if (turn !== this.#turn) return;
    this.#options.onStopped(reason);
    this.set(false);
  }
}
