import { decodeMark, frame } from './cells.ts';
import { type Codecs, createCodecs } from './codecs.ts';

/** What a video element showed at one moment. */
export interface Sight {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly sender: number;
  readonly counter: number;
  /** Height of the received picture: tells the layer. */
  readonly height: number;
}

/** What one video element showed since the last `take`. */
export interface Watched {
  /** Whose picture it is, as the page names it. */
  readonly label: string;
  /** Each change of the mark. */
  readonly sights: readonly Sight[];
  /** Looks at pictures without a readable mark. */
  readonly unreadable: number;
  /** All looks at a picture. */
  readonly looks: number;
  /** Still in the page. */
  readonly shown: boolean;
}

/** What one audio element played since the last `take`: 16 bit PCM in base64. */
export interface Heard {
  readonly sampleRate: number;
  readonly pcm: string;
  readonly playing: boolean;
}

/** Reads what the page renders; lives in the page as `window.probe`. */
export interface Probe {
  /** Starts to look at all video elements, now and later, and goes on until the page closes. */
  watch(everyMs?: number): void;
  /** Starts to record all audio elements, now and later. */
  listen(): void;
  takeSights(): Watched[];
  takeSounds(): Heard[];
}

declare global {
  interface Window {
    probe: Probe;
    codecs: Codecs;
  }
}

interface Gaze {
  readonly element: HTMLVideoElement;
  label: string;
  sights: Sight[];
  last: Sight | null;
  unreadable: number;
  looks: number;
}

interface Ear {
  readonly element: HTMLAudioElement;
  readonly stream: MediaProvider;
  readonly chunks: Float32Array[];
  readonly source: MediaStreamAudioSourceNode;
}

const LOOK_EVERY_MS = 50;
const SOUND_RATE = 8_000;
/** Half the size of the clip: enough for the cells, and cheap. */
const canvas = { width: frame.width / 2, height: frame.height / 2 };

function createProbe(): Probe {
  const gazes = new Map<HTMLVideoElement, Gaze>();
  const ears: Ear[] = [];
  let brush: OffscreenCanvasRenderingContext2D | null = null;
  let audio: AudioContext | null = null;

  function look(): void {
    for (const element of document.querySelectorAll('video')) {
      if (!gazes.has(element)) {
        gazes.set(element, { element, label: '', sights: [], last: null, unreadable: 0, looks: 0 });
      }
    }
    for (const gaze of gazes.values()) lookAt(gaze);
  }

  function lookAt(gaze: Gaze): void {
    const { element } = gaze;
    if (!element.isConnected || element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    gaze.label = labelOf(element);
    brush ??= new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    if (brush === null) throw new Error('no canvas');
    brush.drawImage(element, 0, 0, canvas.width, canvas.height);
    const { data } = brush.getImageData(0, 0, canvas.width, canvas.height);
    const at = performance.timeOrigin + performance.now();
    const mark = decodeMark(canvas.width, canvas.height, (x, y) => {
      const pixel = (y * canvas.width + x) * 4;
      return 0.299 * (data[pixel] ?? 0) + 0.587 * (data[pixel + 1] ?? 0) + 0.114 * (data[pixel + 2] ?? 0);
    });
    gaze.looks += 1;
    if (mark === null) {
      gaze.unreadable += 1;
      return;
    }
    if (mark.counter === gaze.last?.counter && mark.sender === gaze.last.sender) return;
    gaze.last = { at, ...mark, height: element.videoHeight };
    gaze.sights.push(gaze.last);
  }

  function hear(): void {
    audio ??= new AudioContext({ sampleRate: SOUND_RATE });
    for (const element of document.querySelectorAll('audio')) {
      const { srcObject } = element;
      if (!(srcObject instanceof MediaStream) || srcObject.getAudioTracks().length === 0) continue;
      if (ears.some((ear) => ear.element === element && ear.stream === srcObject)) continue;
      const source = audio.createMediaStreamSource(srcObject);
      const chunks: Float32Array[] = [];
      // A script processor needs no module URL, which the page's policy would refuse.
      const recorder = audio.createScriptProcessor(4096, 1, 1);
      recorder.onaudioprocess = (event) => {
        chunks.push(event.inputBuffer.getChannelData(0).slice());
      };
      source.connect(recorder);
      recorder.connect(audio.destination);
      ears.push({ element, stream: srcObject, chunks, source });
    }
  }

  return {
    watch(everyMs = LOOK_EVERY_MS) {
      setInterval(look, everyMs);
    },
    listen() {
      setInterval(hear, 200);
    },
    takeSights() {
      return [...gazes.values()].map((gaze) => {
        const { label, sights, unreadable, looks, element } = gaze;
        Object.assign(gaze, { sights: [], unreadable: 0, looks: 0 });
        return { label, sights, unreadable, looks, shown: element.isConnected };
      });
    },
    takeSounds() {
      const heard = ears.map((ear) => ({
        sampleRate: SOUND_RATE,
        pcm: base64(ear.chunks.splice(0)),
        playing: isCurrent(ear) && !ear.element.paused,
      }));
      for (const gone of ears.filter((ear) => !isCurrent(ear))) {
        gone.source.disconnect();
        ears.splice(ears.indexOf(gone), 1);
      }
      return heard;
    },
  };
}

/** Whose picture it is: the video's own name, or the name written on its tile. */
function labelOf(element: Element): string {
  const own = element.getAttribute('aria-label');
  if (own !== null) return own;
  return element.closest('li, figure')?.querySelector('bdi')?.textContent?.trim() ?? '';
}

function isCurrent({ element, stream }: Ear): boolean {
  return element.isConnected && element.srcObject === stream;
}

function base64(chunks: readonly Float32Array[]): string {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const samples = new Int16Array(total);
  let at = 0;
  for (const chunk of chunks) {
    for (const sample of chunk) {
      samples[at] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
      at += 1;
    }
  }
  const bytes = new Uint8Array(samples.buffer);
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x2000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return btoa(text);
}

window.probe = createProbe();
window.codecs = createCodecs();
