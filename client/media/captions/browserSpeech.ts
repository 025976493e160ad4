import type { CaptionEngine, CaptionEngineEvents } from './engine.ts';

/** The part of the Web Speech API in use; the project's types know less of it. */
interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally: boolean;
  onresult: ((event: RecognitionEvent) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onend: (() => void) | null;
  start(track: MediaStreamTrack): void;
  abort(): void;
}
interface RecognitionEvent {
  readonly resultIndex: number;
  readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }> & { readonly isFinal: boolean }>;
}
export interface RecognitionClass {
  new (): Recognition;
  available?(options: { langs: readonly string[]; processLocally: true }): Promise<string>;
}

/**
 * The browser's own speech recognition, only where the browser guarantees that it works on this device: it knows
 * `processLocally`, says that the language is there, and is told so again before each start. A browser without
 * that guarantee may send the sound to a company, so there is no engine then.
 */
export function browserSpeech(scope: object = globalThis): CaptionEngine {
  return {
    name: 'browser',
    audioLeavesDevice: false,
    async available(lang) {
      const speech = classIn(scope);
      if (!speech?.available) return 'no';
      const answer = await speech
        .available({ langs: [lang], processLocally: true })
        .catch(() => 'unavailable');
      return answer === 'available' ? 'yes' : 'no-language';
    },
    start(track, lang, events) {
      const speech = classIn(scope);
      if (!speech) {
        events.onStopped('failed');
        return () => undefined;
      }
      return listen(new speech(), track, lang, events);
    },
  };
}

/** Null where the browser cannot be held to this device. */
function classIn(scope: object): RecognitionClass | null {
  const found: unknown = Reflect.get(scope, 'SpeechRecognition');
  if (typeof found !== 'function') return null;
  // A class of the platform: what it offers is asked of itself in the next line.
  const speech = found as unknown as RecognitionClass;
  return speech.available && 'processLocally' in found.prototype ? speech : null;
}

function listen(
  recognition: Recognition,
  track: MediaStreamTrack,
  lang: string,
  events: CaptionEngineEvents,
): () => void {
  let stopped = false;
  const stop = () => {
    stopped = true;
    recognition.onend = null;
    recognition.abort();
  };
  const begin = () => {
    recognition.processLocally = true;
    // A setter that does not hold would mean a recognizer elsewhere.
    if (recognition.processLocally !== true || track.readyState === 'ended') {
      stop();
      return events.onStopped('failed');
    }
    recognition.start(track);
  };
  recognition.lang = lang;
  recognition.continuous = true;
  recognition.interimResults = true;
  recognition.onresult = ({ results, resultIndex }) => {
    for (let index = resultIndex; index < results.length; index += 1) {
      const result = results[index];
      const text = result?.[0]?.transcript.trim() ?? '';
      if (!result || text === '') continue;
      if (result.isFinal) events.onFinal(text);
      else events.onInterim(text);
    }
  };
  recognition.onerror = ({ error }) => {
    // Silence is no failure: it begins again when it ends.
    if (error === 'no-speech' || stopped) return;
    stop();
    events.onStopped('failed');
  };
  recognition.onend = () => {
    if (!stopped) begin();
  };
  try {
    begin();
  } catch {
    stop();
    events.onStopped('failed');
  }
  return stop;
}
