import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const SEED = Number(process.env.SEALROOM_SEED ?? 20_261_124);
const RUNS = Number(process.env.SEALROOM_RUNS ?? 1000);

// A synchronous endless loop can only be ended from outside: hence a thread, and a limit far above need.
it('malformed bytes are refused, with a GroupError, and in the end', { timeout: 150_000 }, async () => {
  const worker = new Worker(new URL('./malformedCases.ts', import.meta.url), {
    workerData: { seed: SEED, runs: RUNS },
  });
  let limit: NodeJS.Timeout | undefined;
  try {
    const outcome = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
      limit = setTimeout(() => reject(new Error('a case does not end')), 120_000);
    });
    expect(outcome).toBe('done');
  } finally {
    clearTimeout(limit);
    await worker.terminate();
  }
});
