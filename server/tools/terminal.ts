import { formatWorkerProgress, type WorkerProgress } from '../media/worker/progress.ts';

/** Seconds with one decimal, e.g. `2.4 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Shows progress of the media worker: on a terminal one line that is rewritten while files are counted, elsewhere
 * every twentieth file. A worker that is simply there is not worth a line.
 */
export function showWorkerProgress(progress: WorkerProgress): void {
  if (progress.stage === 'ready' && progress.elapsedMs < 2_000) return;
  const line = formatWorkerProgress(progress);
  const { done, total } = progress;
  const last = done !== undefined && done === total;
  if (process.stdout.isTTY && done !== undefined) {
    process.stdout.write(`\r\u001b[K${line.slice(0, (process.stdout.columns || 80) - 1)}${last ? '\n' : ''}`);
  } else if (done === undefined || last || done % 20 === 0) {
    console.log(line);
  }
}
