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
  const [from, to] = voiceOf(sender).band;
  const code = codeOf(sender);
  const hop = Math.round(HOP_SECONDS * sampleRate);
  const window = Math.round(WINDOW_SECONDS * sampleRate);
  const loudness: number[] = [];
  for (let start = 0; start + window <= samples.length; start += hop) {
    loudness.push(bandLevel(samples.subarray(start, start + window), from, to, sampleRate));
  }
  const perPeriod = Math.round(PERIOD_SECONDS / HOP_SECONDS);
  const perSlot = perPeriod / CODE_LENGTH;
  const expected = Array.from({ length: perPeriod }, (_, i) => (code[Math.floor(i / perSlot)] ? 1 : 0));
  const scores: number[] = [];
  for (let start = 0; start + perPeriod <= loudness.length; start += perPeriod) {
    const part = loudness.slice(start, start + perPeriod);
    let best = -1;
    for (let lag = 0; lag < perPeriod; lag += 1) {
      best = Math.max(best, correlation(part, [...expected.slice(lag), ...expected.slice(0, lag)]));
    }
    scores.push(best);
  }
  return scores;
}

/** The share of a recording's power that lies in a sender's band, 0 to 1, among all senders' bands. */
export function bandShare(sender: number, samples: Float32Array, sampleRate: number): number {
  const window = Math.round(WINDOW_SECONDS * sampleRate);
  const power = voices.map(() => 0);
  for (let start = 0; start + window <= samples.length; start += window) {
    voices.forEach(({ band: [from, to] }, index) => {
      const level = bandLevel(samples.subarray(start, start + window), from, to, sampleRate);
      power[index] = (power[index] ?? 0) + level * level;
    });
  }
  const total = power.reduce((sum, one) => sum + one, 0);
  return total === 0 ? 0 : (power[sender] ?? 0) / total;
}

/** Root of the power in a band: Goertzel's filter at steps of the window's resolution. */
function bandLevel(samples: Float32Array, from: number, to: number, sampleRate: number): number {
  let power = 0;
  for (let frequency = from; frequency <= to; frequency += 1 / WINDOW_SECONDS) {
    const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
    let one = 0;
    let two = 0;
    for (const sample of samples) {
      const zero = sample + coefficient * one - two;
      two = one;
      one = zero;
    }
    power += one * one + two * two - coefficient * one * two;
  }
  return Math.sqrt(Math.max(0, power)) / samples.length;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let both = 0;
  let onlyA = 0;
  let onlyB = 0;
  a.forEach((value, index) => {
    const x = value - meanA;
    const y = (b[index] ?? 0) - meanB;
    both += x * y;
    onlyA += x * x;
    onlyB += y * y;
  });
  return onlyA === 0 || onlyB === 0 ? 0 : both / Math.sqrt(onlyA * onlyB);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
