import { Brightener } from './brightener.ts';
import type { PictureReport, PictureTask } from './pictureMessages.ts';

/** The part of a dedicated worker's scope in use here. */
interface WorkerScope {
  postMessage(message: PictureReport): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<PictureTask>) => void): void;
}

// The project's types are those of a page; this file alone runs in a worker.
const scope = globalThis as unknown as WorkerScope;

scope.addEventListener('message', ({ data: { readable, writable } }) => {
  const canvas = new OffscreenCanvas(2, 2);
  const brightener = new Brightener(canvas);
  let before: number | null = null;
  const effect = new TransformStream<VideoFrame, VideoFrame>({
    transform(frame, controller) {
      const began = performance.now();
      const { displayWidth, displayHeight, timestamp } = frame;
      try {
        brightener.draw(frame, displayWidth, displayHeight);
        controller.enqueue(new VideoFrame(canvas, { timestamp }));
      } finally {
        frame.close();
      }
      const intervalMs = before === null ? 33 : (timestamp - before) / 1_000;
      before = timestamp;
      scope.postMessage({ costMs: performance.now() - began, intervalMs });
    },
  });
  // Either side ends when its track does.
  readable
    .pipeThrough(effect)
    .pipeTo(writable)
    .catch(() => undefined);
});
