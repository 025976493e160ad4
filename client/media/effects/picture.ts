import { Brightener } from './brightener.ts';
import { EffectBudget } from './budget.ts';
import type { RunningEffect, StartEffect } from './effect.ts';
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

/** Brightens a dark picture: in a worker where the browser hands out pictures there, else on a canvas of the page. */
export const brighten: StartEffect = async (track, onTooSlow) => {
  // Not in the types of the platform yet; each member is looked at before use.
  const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } =
    globalThis as unknown as BreakoutBox;
  if (Processor === undefined || Generator === undefined) return onCanvas(track, onTooSlow);
  const budget = new EffectBudget();
  const worker = new Worker(new URL('./pictureWorker.ts', import.meta.url), { type: 'module' });
  // A copy, so that ending the effect leaves the camera on.
  const copy = track.clone();
  const generator = new Generator({ kind: 'video' });
  let slow = false;
  worker.addEventListener('message', ({ data }: MessageEvent<PictureReport>) => {
    if (budget.take(data.costMs, data.intervalMs, performance.now()) || slow) return;
    slow = true;
    onTooSlow();
  });
  const task: PictureTask = {
    readable: new Processor({ track: copy }).readable,
    writable: generator.writable,
  };
  worker.postMessage(task, [task.readable, task.writable]);
  return {
    track: generator,
    get costMs() {
      return budget.costMs;
    },
    close() {
      copy.stop();
      generator.stop();
      worker.terminate();
    },
  };
};

async function onCanvas(track: MediaStreamTrack, onTooSlow: () => void): Promise<RunningEffect> {
  const budget = new EffectBudget();
  const canvas = document.createElement('canvas');
  const brightener = new Brightener(canvas);
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
    brightener.draw(video, video.videoWidth, video.videoHeight);
    const inTime = budget.take(performance.now() - began, now - before, now);
    before = now;
    if (inTime) video.requestVideoFrameCallback(draw);
    else onTooSlow();
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
