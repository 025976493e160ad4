import { EffectBudget } from './budget.ts';
import type { EffectHooks, RunningEffect } from './effect.ts';
import { Painter, type PictureSettings } from './painter.ts';
import type { PictureReport, PictureTask } from './pictureMessages.ts';

/** Chromium's way to read and write the pictures of a track; the other browsers lack it in pages. */
interface BreakoutBox {
  readonly MediaStreamTrackProcessor?: new (init: {
    track: MediaStreamTrack;
  }) => { readonly readable: ReadableStream<VideoFrame> };
  readonly MediaStreamTrackGenerator?: new (init: {
    kind: 'video';
  }) => MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> };
}

/**
 * Draws a camera's pictures anew: in a worker where the browser hands out pictures there, else on a canvas of
 * the page. Rejects where that fails.
 */
export async function changePicture(
  track: MediaStreamTrack,
  settings: PictureSettings,
  hooks: EffectHooks,
): Promise<RunningEffect> {
  // Not in the types of the platform yet; each member is looked at before use.
  const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } =
    globalThis as unknown as BreakoutBox;
  if (Processor === undefined || Generator === undefined) return onCanvas(track, settings, hooks);
  const budget = new EffectBudget();
  const worker = new Worker(new URL('./pictureWorker.ts', import.meta.url), { type: 'module' });
  // A copy, so that ending the effect leaves the camera on.
  const copy = track.clone();
  const generator = new Generator({ kind: 'video' });
  let open = true;
  const close = () => {
    open = false;
    copy.stop();
    generator.stop();
    worker.terminate();
  };
  const ready = new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<PictureReport>) => {
      if (!open) return;
      if (data.type === 'ready') return resolve();
      if (data.type === 'drawn' && budget.take(data.costMs, data.intervalMs, performance.now())) return;
      close();
      reject(new Error('the picture worker failed'));
      hooks.onEnd(data.type === 'drawn' ? 'too-slow' : 'failed');
    });
    worker.addEventListener('error', () => {
      close();
      reject(new Error('the picture worker did not load'));
    });
  });
  const task: PictureTask = {
    readable: new Processor({ track: copy }).readable,
    writable: generator.writable,
    settings,
  };
  worker.postMessage(task, [task.readable, task.writable]);
  await ready;
  return {
    track: generator,
    get costMs() {
      return budget.costMs;
    },
    close,
  };
}

async function onCanvas(
  track: MediaStreamTrack,
  settings: PictureSettings,
  hooks: EffectHooks,
): Promise<RunningEffect> {
  const budget = new EffectBudget();
  const canvas = document.createElement('canvas');
  const painter = await Painter.open(canvas, settings);
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  let before = performance.now();
  let open = true;
  const draw = (now: number) => {
    if (!open) return;
    const began = performance.now();
    painter.draw(video, video.videoWidth, video.videoHeight, began);
    const inTime = budget.take(performance.now() - began, now - before, now);
    before = now;
    if (inTime) video.requestVideoFrameCallback(draw);
    else hooks.onEnd('too-slow');
  };
  draw(before);
  const [out] = canvas.captureStream(30).getVideoTracks();
  if (out === undefined) throw new Error('this browser cannot film a canvas');
  return {
    track: out,
    get costMs() {
      return budget.costMs;
    },
    close() {
      open = false;
      out.stop();
      video.srcObject = null;
    },
  };
}
