/** An effect at work on one track. */
export interface RunningEffect {
  /** What comes out; to be sent in place of the track that went in. */
  readonly track: MediaStreamTrack;
  /** Milliseconds per frame (a picture, or 10 ms of sound); null before the first. */
  readonly costMs: number | null;
  /** Ends it; the track that went in is left to its owner. Idempotent. */
  close(): void;
}

export type EffectEnd = 'too-slow' | 'failed';

export interface EffectHooks {
  /** The effect cannot go on; nothing more comes out. Called once at most. */
  readonly onEnd: (reason: EffectEnd) => void;
}

/** Starts an effect on a track. Rejects where the browser cannot do it. */
export type StartEffect = (track: MediaStreamTrack, hooks: EffectHooks) => Promise<RunningEffect>;
