/** An effect at work on one track. */
export interface RunningEffect {
  /** What comes out; to be sent in place of the track that went in. */
  readonly track: MediaStreamTrack;
  /** Milliseconds per frame (a picture, or 10 ms of sound); null before the first. */
  readonly costMs: number | null;
  /** Ends it; the track that went in is left to its owner. Idempotent. */
  close(): void;
}

/** Starts an effect on a track; `onTooSlow` is called at most once. Rejects where the browser cannot do it. */
export type StartEffect = (track: MediaStreamTrack, onTooSlow: () => void) => Promise<RunningEffect>;
