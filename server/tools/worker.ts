import { ensureWorkerBinary } from '../media/worker/ensure.ts';
import { WorkerBinaryError } from '../media/worker/errors.ts';
import { formatWorkerProgress, type WorkerProgress } from '../media/worker/progress.ts';

/** Compiling reports every file: a terminal gets one line that is rewritten, a log gets every twentieth. */
function print(progress: WorkerProgress): void {
  const line = formatWorkerProgress(progress);
  const counting = progress.stage === 'compile' || progress.stage === 'download';
  const last = progress.done !== undefined && progress.done === progress.total;
  if (process.stdout.isTTY && counting && progress.done !== undefined) {
    const width = process.stdout.columns || 80;
    process.stdout.write(`\r\u001b[K${line.slice(0, width - 1)}${last ? '\n' : ''}`);
  } else if (!counting || last || progress.done === undefined || progress.done % 20 === 0) {
    console.log(line);
  }
}

/** `node server/tools/worker.ts [--source]`: makes sure that a media worker is there; its path is the last line. */
try {
  const path = await ensureWorkerBinary({
    preferSource: process.argv.includes('--source'),
    onProgress: print,
  });
  console.log(path);
} catch (error) {
  if (!(error instanceof WorkerBinaryError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
