import type { SFrameReport } from './sframeWorker.ts';

declare global {
  interface Window {
    measureSFrame(): Promise<SFrameReport>;
  }
}

window.measureSFrame = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./sframeWorker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<SFrameReport>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
