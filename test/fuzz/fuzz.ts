import { Worker } from 'node:worker_threads';
import { type Outcome, report } from './edge.ts';

/** The edges where input from others comes in. */
export const edges = ['sockets', 'rest', 'records', 'guard', 'sframe', 'blobs', 'links'] as const;
export type EdgeName = (typeof edges)[number];

/** A batch that takes this long has hung: far above need, also on a busy machine. */
const HUNG_MS = 60_000;

/**
 * Runs `cases` of one edge from `seed`, in a thread of its own: an endless loop can only be ended from outside.
 * Throws with the seed where the edge crashes, hangs, or changes its state by a refused case.
 */
export async function fuzz(
  edge: EdgeName,
  seed: number,
  cases: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<Outcome> {
  const worker = new Worker(new URL(`./edges/${edge}.ts`, import.meta.url), { workerData: { seed, cases } });
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      const expect = () => {
        clearTimeout(watch);
        watch = setTimeout(() => reject(new Error(`${edge}: a case does not end (seed ${seed})`)), HUNG_MS);
      };
      worker.on('message', (message) => {
        const said = report.parse(message);
        if ('outcome' in said) return resolve(said.outcome);
        onProgress(said.done);
        expect();
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`${edge}: ended with ${code} (seed ${seed})`)));
      expect();
    });
  } finally {
    clearTimeout(watch);
    await worker.terminate();
  }
}
