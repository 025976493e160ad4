import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { z } from 'zod';

/** What an edge made of a case; `taken` may have changed its state. Anything else it does, it has to throw. */
export type Verdict = 'taken' | 'read' | 'refused';

/** One edge of the program, open for input. */
export interface Target<Case> {
  readonly cases: fc.Arbitrary<Case>;
  /** Hands one case over. Throws where the edge answers with anything but a result or a typed refusal. */
  take(given: Case): Verdict | Promise<Verdict>;
  /** A digest of what only taken cases may change. */
  state(): string | Promise<string>;
  /** Cases after which the state is compared; where there is a network, all under way at once. */
  readonly batch: number;
  close(): void | Promise<void>;
}

const order = z.object({ seed: z.number().int(), cases: z.number().int().positive() });

export const outcome = z.object({
  cases: z.number(),
  taken: z.number(),
  /** Batches that may change nothing, after which the state was found as before. */
  compared: z.number(),
  slowestMs: z.number(),
  /** Growth of the heap from a tenth of the way to the end, in bytes. */
  grown: z.number(),
});
export type Outcome = z.infer<typeof outcome>;

/** What a worker says: that it is alive, or how it ended. */
export const report = z.union([z.object({ done: z.number() }), z.object({ outcome })]);

/** A digest of any plain value. */
export const digestOf = (value: unknown) =>
  createHash('sha256')
    .update(inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null, showHidden: true }))
    .digest('hex');

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  // The flag adds the function to contexts made after it.
  return z.custom<() => void>((value) => typeof value === 'function').parse(runInNewContext('gc'));
}

async function runBatch<Case>(target: Target<Case>, values: readonly Case[], seed: number) {
  let slowestMs = 0;
  const take = async (given: Case) => {
    const began = performance.now();
    try {
      return await target.take(given);
    } catch (error) {
      throw new Error(`a case fails (seed ${seed}): ${fc.stringify(given).slice(0, 2_000)}`, {
        cause: error,
      });
    } finally {
      slowestMs = Math.max(slowestMs, performance.now() - began);
    }
  };
  const verdicts = await Promise.all(values.map(take));
  return { taken: verdicts.filter((verdict) => verdict === 'taken').length, slowestMs };
}

/**
 * Runs as many cases of an edge as the parent thread asks for, from its seed, and tells it how that went.
 * Throws, and so ends the thread, where a case fails, changes the state though refused, or reaches prototypes.
 */
export async function runEdge<Case>(open: () => Promise<Target<Case>>): Promise<void> {
  const { seed, cases } = order.parse(workerData);
  const collect = collector();
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const target = await open();
  let taken = 0;
  let compared = 0;
  let slowestMs = 0;
  let warm: number | null = null;
  for (let done = 0; done < cases; done += target.batch) {
    if (warm === null && done >= cases / 10) warm = heap();
    const numRuns = Math.min(target.batch, cases - done);
    const values = fc.sample(target.cases, { seed: seed + done, numRuns });
    const before = await target.state();
    const batch = await runBatch(target, values, seed + done);
    taken += batch.taken;
    slowestMs = Math.max(slowestMs, batch.slowestMs);
    if (batch.taken === 0) {
      compared++;
      if ((await target.state()) !== before) throw new Error(`the state was changed: seed ${seed + done}`);
    }
    if (Object.keys(Object.prototype).length > 0)
      throw new Error(`a prototype was reached: seed ${seed + done}`);
    parentPort?.postMessage({ done });
  }
  const grown = heap() - (warm ?? 0);
  await target.close();
  parentPort?.postMessage({ outcome: { cases, taken, compared, slowestMs, grown } });
}
