import { describe, expect, it } from 'vitest';
import { browserSpeech } from '../../../client/media/captions/browserSpeech.ts';
import { type CaptionEngine, localEngine } from '../../../client/media/captions/engine.ts';

/** What a browser with some speech recognition would offer; counts what is begun. */
function browser(offer: { local: boolean; answer: string; ignoresLocal?: boolean }) {
  const begun: { local: unknown; lang: string }[] = [];
  class SpeechRecognition {
    lang = '';
    onend: (() => void) | null = null;
    onerror: ((event: { error: string }) => void) | null = null;
    onresult: ((event: unknown) => void) | null = null;
    #local = false;
    start(): void {
      begun.push({ local: Reflect.get(this, 'processLocally'), lang: this.lang });
      last = this;
    }
    abort(): void {}
    setLocal(value: boolean): void {
      if (!offer.ignoresLocal) this.#local = value;
    }
    getLocal(): boolean {
      return this.#local;
    }
  }
  let last: SpeechRecognition | null = null;
  if (offer.local) {
    Object.defineProperty(SpeechRecognition.prototype, 'processLocally', {
      get(this: SpeechRecognition) {
        return this.getLocal();
      },
      set(this: SpeechRecognition, value: boolean) {
        this.setLocal(value);
      },
    });
    Object.assign(SpeechRecognition, { available: async () => offer.answer });
  }
  return { scope: { SpeechRecognition }, begun, last: () => last };
}

const track = { readyState: 'live' } as MediaStreamTrack;
const deaf = { onInterim: () => undefined, onFinal: () => undefined, onStopped: () => undefined };

describe('speech recognition of the browser', () => {
  it('is not there where the browser has none, or cannot be held to the device', async () => {
    expect(await browserSpeech({}).available('en-US')).toBe('no');
    const { scope, begun } = browser({ local: false, answer: 'available' });
    const engine = browserSpeech(scope);
    expect(await engine.available('en-US')).toBe('no');
    const stopped: string[] = [];
    engine.start(track, 'en-US', { ...deaf, onStopped: (reason) => stopped.push(reason) });
    expect({ begun, stopped }).toEqual({ begun: [], stopped: ['failed'] });
  });

  it.each(['downloadable', 'downloading', 'unavailable'])(
    'is not used while a language is %s',
    async (answer) => {
      const engine = browserSpeech(browser({ local: true, answer }).scope);
      expect(await engine.available('zh-TW')).toBe('no-language');
      expect(await localEngine([engine], 'zh-TW')).toBeNull();
    },
  );

  it('is told to stay on the device at every start, also when it begins again by itself', () => {
    const { scope, begun, last } = browser({ local: true, answer: 'available' });
    browserSpeech(scope).start(track, 'en-US', deaf);
    last()?.onend?.();
    expect(begun).toEqual([
      { local: true, lang: 'en-US' },
      { local: true, lang: 'en-US' },
    ]);
  });

  it('does not begin where the browser does not keep to it', () => {
    const { scope, begun } = browser({ local: true, answer: 'available', ignoresLocal: true });
    const stopped: string[] = [];
    browserSpeech(scope).start(track, 'en-US', { ...deaf, onStopped: (reason) => stopped.push(reason) });
    expect({ begun, stopped }).toEqual({ begun: [], stopped: ['failed'] });
  });

  it('tells words that may change from those that will not', () => {
    const { scope, last } = browser({ local: true, answer: 'available' });
    const heard: string[] = [];
    browserSpeech(scope).start(track, 'en-US', {
      ...deaf,
      onInterim: (text) => heard.push(`${text}…`),
      onFinal: (text) => heard.push(text),
    });
    const result = (transcript: string, isFinal: boolean) => Object.assign([{ transcript }], { isFinal });
    last()?.onresult?.({ resultIndex: 0, results: [result('good', false)] });
    last()?.onresult?.({ resultIndex: 0, results: [result('good morning ', true)] });
    expect(heard).toEqual(['good…', 'good morning']);
  });
});

it('never starts an engine whose sound leaves the device', async () => {
  const cloud: CaptionEngine = {
    ...browserSpeech({}),
    audioLeavesDevice: true,
    available: async () => 'yes',
  };
  expect(await localEngine([cloud], 'en-US')).toBeNull();
});
