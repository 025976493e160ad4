import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Heard } from './probe.ts';
import type { SoundFacts } from './soundWorker.ts';

/**
 * Compares sounds with the senders' patterns, in a thread of its own: the server under test runs in this one, and
 * while it stood still nobody's frames would be vouched for.
 */
export async function measureSounds(sounds: readonly Heard[]): Promise<SoundFacts[]> {
  const worker = new Worker(new URL('./soundWorker.ts', import.meta.url));
  try {
    worker.postMessage(sounds);
    // Our own worker's one answer.
    const [facts] = (await once(worker, 'message')) as [SoundFacts[]];
    return facts;
  } finally {
    await worker.terminate();
  }
}
