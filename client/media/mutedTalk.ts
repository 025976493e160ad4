import { LevelMeter } from './levelMeter.ts';
import type { Timers } from './timers.ts';

const readEveryMs = 200;
/** About -34 dB: somebody speaking at the microphone, not the room. */
const speech = 0.02;
/** So many of the last readings must be speech. */
const readings = 10;
const spoken = 5;
/** The person is told once a minute at most. */
const quietForMs = 60_000;

/** Tells speech from coughs and doors in a row of loudness readings. Pure but for its memory. */
export class TalkDetector {
  #recent: readonly boolean[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;

  /** Takes one reading, 0 to 1, at `now` in milliseconds. True when the person should be told now. */
  read(level: number, now: number): boolean {
    this.#recent = [...this.#recent, level >= speech].slice(-readings);
    if (this.#recent.filter(Boolean).length < spoken || now - this.#toldAt < quietForMs) return false;
    this.#toldAt = now;
    return true;
  }

  /** What was heard before no longer counts; when the person was told still does. */
  reset(): void {
    this.#recent = [];
  }
}

/**
 * Notices that somebody talks while their microphone is off. It listens to a copy of the track, on this
 * device only: the track itself is silenced and nothing of it is sent.
 */
export class MutedTalk {
  readonly #timers: Timers;
  readonly #onTalk: () => void;
  readonly #detector = new TalkDetector();
  #listening: { of: MediaStreamTrack; copy: MediaStreamTrack; meter: LevelMeter } | null = null;
  #cancel: (() => void) | null = null;

  constructor(timers: Timers, onTalk: () => void) {
    this.#timers = timers;
    this.#onTalk = onTalk;
  }

  /** Listens to this muted track; null when the microphone is on, or off at the hardware. */
  listen(track: MediaStreamTrack | null): void {
    if (this.#listening?.of === track) return;
    this.#stop();
    if (track === null || track.readyState === 'ended') return;
    const copy = track.clone();
    copy.enabled = true;
    this.#listening = { of: track, copy, meter: new LevelMeter(copy) };
    this.#detector.reset();
    this.#schedule();
  }

  /** Idempotent. */
  close(): void {
    this.#stop();
  }

  #schedule(): void {
    this.#cancel = this.#timers.after(readEveryMs, () => {
      if (this.#listening === null) return;
      if (this.#detector.read(this.#listening.meter.read(), this.#timers.now())) this.#onTalk();
      this.#schedule();
    });
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#listening?.meter.close();
    this.#listening?.copy.stop();
    this.#listening = null;
  }
}
