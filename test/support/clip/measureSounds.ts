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

/** Whose sound it is, through all of it and with nobody else in it; null where that cannot be said. */
export function speakerOf({ scores, share }: SoundFacts): number | null {
  const senders = scores.map((_, sender) => sender);
  // Of a present sender every period is like the pattern and most are very like it.
  const present = senders.filter((sender) => {
    const sorted = scores[sender] ?? [];
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return (sorted[0] ?? 0) > 0.5 && middle > 0.7 && (share[sender] ?? 0) > 0.8;
  });
  const absent = senders.filter((sender) => (scores[sender]?.at(-1) ?? 1) < 0.48);
  const [one] = present;
  return one !== undefined && present.length === 1 && absent.length === senders.length - 1 ? one : null;
}
