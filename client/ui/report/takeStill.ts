import { reportLimits } from '../../e2ee/reports/limits.ts';

export interface Taken {
  readonly type: 'image/jpeg';
  readonly bytes: Uint8Array;
}

/** The longer edge of a picture, in pixels: enough to read a shared screen. */
const LONGEST = 1_600;
const FIRST_PICTURE_MS = 3_000;
const QUALITIES = [0.9, 0.75, 0.6, 0.45];

function draw(video: HTMLVideoElement, scale: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function encode(canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
}

/** Whether a video shows something, waiting a while for one that was put on screen a moment ago. */
async function showsPicture(video: HTMLVideoElement): Promise<boolean> {
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) return true;
  const end = AbortSignal.timeout(FIRST_PICTURE_MS);
  return new Promise((resolve) => {
    video.addEventListener('loadeddata', () => resolve(true), { once: true, signal: end });
    end.addEventListener('abort', () => resolve(false), { once: true });
  });
}

/** What a video shows now, as a picture that fits a report; null where it shows nothing. Stays in the page. */
export async function takeStill(video: HTMLVideoElement): Promise<Taken | null> {
  if (!(await showsPicture(video))) return null;
  const longest = Math.max(video.videoWidth, video.videoHeight);
  if (longest === 0) return null;
  const canvas = draw(video, Math.min(1, LONGEST / longest));
  for (const quality of QUALITIES) {
    const blob = await encode(canvas, quality);
    if (blob && blob.size <= reportLimits.stillBytes) {
      return { type: 'image/jpeg', bytes: new Uint8Array(await blob.arrayBuffer()) };
    }
  }
  return null;
}
