import { writeFileSync } from 'node:fs';

/**
 * A sender's sound: a code of 31 slots, over and over, where each set slot holds a chirp inside a band of the
 * sender's own. Neither a steady tone, which noise suppression removes, nor speech, which says nothing about time.
 */
interface Voice {
  /** Band in Hz, from and to. */
  readonly band: readonly [number, number];
  /** Feedback taps of a maximum-length shift register of 5 bits: a code of its own per sender. */
  readonly taps: readonly number[];
}

const voices: readonly Voice[] = [
  { band: [350, 600], taps: [5, 3] },
  { band: [800, 1150], taps: [5, 4, 3, 2] },
  { band: [1450, 1900], taps: [5, 4, 2, 1] },
  { band: [2300, 2900], taps: [5, 2] },
];

/** Senders that have a sound: 0 to 3. */
export const SOUND_SENDERS = voices.length;

const CODE_LENGTH = 31;
const SLOT_SECONDS = 0.16;
/** The pattern's length: 4.96 s. */
export const PERIOD_SECONDS = CODE_LENGTH * SLOT_SECONDS;

function voiceOf(sender: number): Voice {
  const voice = voices[sender];
  if (voice === undefined) throw new RangeError('no such sender');
  return voice;
}

/** Which slots of the pattern sound. */
export function codeOf(sender: number): boolean[] {
  const { taps } = voiceOf(sender);
  let register = 1;
  return Array.from({ length: CODE_LENGTH }, () => {
    const out = register & 1;
    const feedback = taps.reduce((sum, tap) => sum ^ ((register >>> (5 - tap)) & 1), 0);
    register = (register >>> 1) | (feedback << 4);
    return out === 1;
  });
}

/** One period of a sender's sound, -1 to 1. */
export function waveform(sender: number, sampleRate: number): Float32Array {
  const [from, to] = voiceOf(sender).band;
  const code = codeOf(sender);
  const slot = Math.round(SLOT_SECONDS * sampleRate);
  const samples = new Float32Array(slot * code.length);
  code.forEach((sounds, index) => {
    if (!sounds) return;
    let phase = 0;
    for (let i = 0; i < slot; i += 1) {
      const part = i / slot;
      phase += (2 * Math.PI * (from + (to - from) * part)) / sampleRate;
      const edge = Math.min(1, Math.min(part, 1 - part) / 0.08);
      samples[index * slot + i] = 0.5 * Math.sin(phase) * edge;
    }
  });
  return samples;
}

/** Writes one period as a WAV file: 48 kHz, mono, 16 bit. The browser plays it over and over. */
export function writeSound(path: string, sender: number): void {
  const rate = 48_000;
  const samples = waveform(sender, rate);
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => {
    file.writeInt16LE(Math.round(sample * 32_767), 44 + index * 2);
  });
  writeFileSync(path, file);
}

const HOP_SECONDS = 0.02;
const WINDOW_SECONDS = 0.04;

/**
 * How well a recording follows a sender's pattern at the best shift in time: the correlation, -1 to 1, of the
 * loudness in the sender's band with the sender's code. A period at a time, since receivers stretch time a little;
 * one number per whole period recorded.
 */
export function likeness(sender: number, samples: Float32Array, sampleRate: number): number[] {
  const code = codeOf(sender);
  const loudness = loudnessOf(sender, samples, sampleRate);
  const perPeriod = Math.round(PERIOD_SECONDS / HOP_SECONDS);
  const perSlot = perPeriod / CODE_LENGTH;
  const expected = Float64Array.from({ length: perPeriod }, (_, i) =>
    code[Math.floor(i / perSlot)] ? 1 : 0,
  );
  const twice = Float64Array.from([...expected, ...expected]);
  const scores: number[] = [];
  for (let start = 0; start + perPeriod <= loudness.length; start += perPeriod) {
    const part = loudness.subarray(start, start + perPeriod);
    let best = -1;
    for (let lag = 0; lag < perPeriod; lag += 1) {
      best = Math.max(best, correlation(part, twice.subarray(lag, lag + perPeriod)));
    }
    scores.push(best);
  }
  return scores;
}

/** The share of a recording's power that lies in a sender's band, 0 to 1, among all senders' bands. */
export function bandShare(sender: number, samples: Float32Array, sampleRate: number): number {
  const power = voices.map((_, index) =>
    loudnessOf(index, samples, sampleRate).reduce((sum, level) => sum + level * level, 0),
  );
  const total = power.reduce((sum, one) => sum + one, 0);
  return total === 0 ? 0 : (power[sender] ?? 0) / total;
}

const loudnesses = new WeakMap<Float32Array, Map<number, Float64Array>>();

/** Loudness in a sender's band, one value per hop; computed once per recording. */
function loudnessOf(sender: number, samples: Float32Array, sampleRate: number): Float64Array {
  const known = loudnesses.get(samples) ?? new Map<number, Float64Array>();
  loudnesses.set(samples, known);
  const before = known.get(sender);
  if (before !== undefined) return before;
  const [from, to] = voiceOf(sender).band;
  const hop = Math.round(HOP_SECONDS * sampleRate);
  const window = Math.round(WINDOW_SECONDS * sampleRate);
  const count = Math.max(0, Math.floor((samples.length - window) / hop) + 1);
  const loudness = Float64Array.from({ length: count }, (_, i) =>
    bandLevel(samples.subarray(i * hop, i * hop + window), from, to, sampleRate),
  );
  known.set(sender, loudness);
  return loudness;
}

/** Root of the power in a band: Goertzel's filter at steps of the window's resolution. */
function bandLevel(samples: Float32Array, from: number, to: number, sampleRate: number): number {
  let power = 0;
  for (let frequency = from; frequency <= to; frequency += 1 / WINDOW_SECONDS) {
    const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
    let one = 0;
    let two = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const zero = (samples[i] ?? 0) + coefficient * one - two;
      two = one;
      one = zero;
    }
    power += one * one + two * two - coefficient * one * two;
  }
  return Math.sqrt(Math.max(0, power)) / samples.length;
}

function correlation(a: Float64Array, b: Float64Array): number {
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < a.length; i += 1) {
    sumA += a[i] ?? 0;
    sumB += b[i] ?? 0;
  }
  let both = 0;
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < a.length; i += 1) {
    const x = (a[i] ?? 0) - sumA / a.length;
    const y = (b[i] ?? 0) - sumB / b.length;
    both += x * y;
    onlyA += x * x;
    onlyB += y * y;
  }
  return onlyA === 0 || onlyB === 0 ? 0 : both / Math.sqrt(onlyA * onlyB);
}
