import type { ToRecordingWorker } from './recordingMessages.ts';
import { lockOf } from './recordingMessages.ts';

/**
 * Gives a kept recording its length and table of contents, where the page that made it ended before it could. Does
 * nothing to one that has them, and leaves one as it is that is being written or cannot be read.
 */
export async function mendKept(name: string): Promise<void> {
  await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => {
    if (lock) await inWorker(name);
  });
}

function inWorker(name: string): Promise<void> {
  const worker = new Worker(new URL('./recordingWorker.ts', import.meta.url), { type: 'module' });
  return new Promise<void>((resolve) => {
    // `mended` or `failed`: there is no other answer to it.
    worker.addEventListener('message', () => resolve());
    worker.addEventListener('error', () => resolve());
    worker.postMessage({ type: 'mend', name } satisfies ToRecordingWorker);
  }).finally(() => worker.terminate());
}
