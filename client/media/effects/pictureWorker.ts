import { Painter } from './painter.ts';
import type { PictureReport, PictureTask } from './pictureMessages.ts';

/** The part of a dedicated worker's scope in use here. */
interface WorkerScope {
  postMessage(message: PictureReport): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<PictureTask>) => void): void;
}

// The project's types are those of a page; this file alone runs in a worker.
const scope = globalThis as unknown as WorkerScope;

async function work({ readable, writable, settings }: PictureTask): Promise<void> {
  const canvas = new OffscreenCanvas(2, 2);
  const painter = await Painter.open(canvas, settings);
  scope.postMessage({ type: 'ready' });
  let before: number | null = null;
  const effect = new TransformStream<VideoFrame, VideoFrame>({
    transform(frame, controller) {
      const began = performance.now();
      const { displayWidth, displayHeight, timestamp } = frame;
      try {
        painter.draw(frame, displayWidth, displayHeight, began);
        controller.enqueue(new VideoFrame(canvas, { timestamp }));
      } finally {
        frame.close();
      }
      const intervalMs = before === null ? 33 : (timestamp - before) / 1_000;
      before = timestamp;
      scope.postMessage({ type: 'drawn', costMs: performance.now() - began, intervalMs });
    },
  });
  await readable.pipeThrough(effect).pipeTo(writable);
}

scope.addEventListener('message', ({ data }) => {
  // Also when a track ends: nobody listens then.
  work(data).catch(() => scope.postMessage({ type: 'failed' }));
});
