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

/**
 * Whose sound it is, with nobody else in it; null where that cannot be said. On a busy machine sound is stretched and
 * patched, which blurs the pattern of some periods; nearly all power must be in the sender's band all the same, and
 * some period must show the pattern as no other sender's sound ever does.
 */
export function speakerOf({ scores, share }: SoundFacts): number | null {
  const senders = scores.map((_, sender) => sender);
  const best = (sender: number) => scores[sender]?.at(-1) ?? 0;
  const present = senders.filter((sender) => best(sender) > 0.7 && (share[sender] ?? 0) > 0.9);
  const absent = senders.filter((sender) => best(sender) < 0.5 && (share[sender] ?? 1) < 0.05);
  const [one] = present;
  return one !== undefined && present.length === 1 && absent.length === senders.length - 1 ? one : null;
}
