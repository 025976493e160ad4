import { parentPort } from 'node:worker_threads';
import type { Heard } from './probe.ts';
import { bandShare, likeness, SOUND_SENDERS } from './sound.ts';

/** A sound compared with each sender's pattern. */
export interface SoundFacts {
  /** Likeness of each whole period to each sender's pattern, lowest first. */
  readonly scores: readonly (readonly number[])[];
  /** Part of the power that lies in each sender's band. */
  readonly share: readonly number[];
}

function measure({ pcm, sampleRate }: Heard): SoundFacts {
  const bytes = Buffer.from(pcm, 'base64');
  const samples = Float32Array.from(
    { length: bytes.length / 2 },
    (_, i) => bytes.readInt16LE(i * 2) / 32_767,
  );
  const senders = Array.from({ length: SOUND_SENDERS }, (_, sender) => sender);
  return {
    scores: senders.map((sender) => likeness(sender, samples, sampleRate).sort((a, b) => a - b)),
    share: senders.map((sender) => bandShare(sender, samples, sampleRate)),
  };
}

parentPort?.on('message', (sounds: readonly Heard[]) => {
  parentPort?.postMessage(sounds.map(measure));
  parentPort?.close();
});
