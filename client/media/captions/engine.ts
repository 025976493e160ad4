/** What a caption engine makes of speech. */
export interface CaptionEngineEvents {
  /** The words so far of a sentence that goes on. */
  onInterim(text: string): void;
  /** A sentence that will not change any more. */
  onFinal(text: string): void;
  /** It ended and does not go on by itself. */
  onStopped(reason: 'ended' | 'failed'): void;
}

/** Turns one's own speech into text. */
export interface CaptionEngine {
  readonly name: string;
  /** Whether sound would leave this device. Sealroom starts no engine that says so. */
  readonly audioLeavesDevice: boolean;
  /** `no-language`: it could, but does not have this language on the device. */
  available(lang: string): Promise<'yes' | 'no' | 'no-language'>;
  /** Listens to a track, `lang` as in BCP 47. Returns the way to stop, which is idempotent. */
  start(track: MediaStreamTrack, lang: string, events: CaptionEngineEvents): () => void;
}

/** The first engine that works wholly on this device in a language; null where there is none. */
export async function localEngine(
  engines: readonly CaptionEngine[],
  lang: string,
): Promise<CaptionEngine | null> {
  for (const engine of engines) {
    if (!engine.audioLeavesDevice && (await engine.available(lang)) === 'yes') return engine;
  }
  return null;
}
