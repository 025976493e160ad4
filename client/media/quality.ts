import type { DeviceKey } from '../../shared/ids.ts';
import type { StreamStats } from './stats.ts';

/** Why the call is not as good as it could be. */
export type QualityReason =
  | { readonly kind: 'slow-upload' | 'slow-download' | 'busy-device' | 'reconnecting' }
  /** `percent` is whole, at least 1. */
  | { readonly kind: 'packet-loss'; readonly direction: 'send' | 'receive'; readonly percent: number }
  /** Milliseconds there and back. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The other side's connection, not this one. */
  | { readonly kind: 'other-side'; readonly devices: readonly DeviceKey[] };

export interface Quality {
  readonly level: 'good' | 'fair' | 'poor';
  /** Worst first. */
  readonly reasons: readonly QualityReason[];
}

export const goodQuality: Quality = { level: 'good', reasons: [] };

export interface QualityInput {
  readonly streams: readonly StreamStats[];
  /** The way to the media server is being rebuilt. */
  readonly reconnecting: boolean;
  /** Received streams that the server could not forward at the size asked for, by what it has to forward. */
  readonly shrunk: number;
  /** Devices whose streams reach the server damaged already. */
  readonly suffering: readonly DeviceKey[];
}

/** Up to this a stream that the server scores from 0 to 10 is not fit to be followed. */
const badScore = 4;

/** Whether a score of mediasoup's, 0 to 10, means trouble. Null is no score yet. */
export function isBad(score: number | null): boolean {
  return score !== null && score <= badScore;
}

const lossFair = 0.03;
const lossPoor = 0.08;
const delayFair = 300;
const delayPoor = 600;

type Grade = 1 | 2;

/** Judges one reading of all streams. Pure. */
export function qualityOf(input: QualityInput): Quality {
  const { streams, reconnecting, shrunk, suffering } = input;
  const found: { readonly grade: Grade; readonly reason: QualityReason }[] = [];
  const add = (grade: Grade, reason: QualityReason) => found.push({ grade, reason });
  if (reconnecting) add(2, { kind: 'reconnecting' });
  for (const direction of ['send', 'receive'] as const) {
    const loss = lossOf(streams.filter((stream) => stream.direction === direction));
    if (loss >= lossFair) {
      const percent = Math.round(loss * 100);
      add(loss >= lossPoor ? 2 : 1, { kind: 'packet-loss', direction, percent });
    }
  }
  const rtts = streams.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]));
  const ms = rtts.length === 0 ? 0 : Math.round(Math.min(...rtts));
  if (ms >= delayFair) add(ms >= delayPoor ? 2 : 1, { kind: 'delay', ms });
  const limits = new Set(streams.map(({ limitation }) => limitation));
  if (limits.has('bandwidth')) add(1, { kind: 'slow-upload' });
  if (limits.has('cpu')) add(1, { kind: 'busy-device' });
  if (shrunk > 0) add(1, { kind: 'slow-download' });
  if (found.length === 0 && suffering.length === 0) return goodQuality;
  const own = Math.max(0, ...found.map(({ grade }) => grade));
  // Where this side is bad itself, nobody else is to blame.
  if (suffering.length > 0 && own < 2) add(1, { kind: 'other-side', devices: suffering });
  const level = own === 2 ? 'poor' : own === 1 ? 'fair' : 'good';
  return { level, reasons: found.toSorted((a, b) => b.grade - a.grade).map(({ reason }) => reason) };
}

/** Loss over all streams, each weighed by its bits: a thumbnail's loss says little. */
function lossOf(streams: readonly StreamStats[]): number {
  let lost = 0;
  let all = 0;
  for (const { loss, bitrate } of streams) {
    if (loss === null || bitrate === null) continue;
    const weight = Math.max(bitrate, 1_000);
    lost += loss * weight;
    all += weight;
  }
  return all === 0 ? 0 : lost / all;
}

/** So many readings in a row must agree before what is shown changes for the worse or the better. */
const worseAfter = 2;
const betterAfter = 3;

/** Keeps one bad reading from flashing on screen. */
export class QualitySmoother {
  #shown: Quality = goodQuality;
  #against = 0;

  /** Takes a reading; returns what to show. */
  take(quality: Quality): Quality {
    if (quality.level === this.#shown.level) {
      this.#against = 0;
      this.#shown = quality;
      return quality;
    }
    const worse = rank[quality.level] > rank[this.#shown.level];
    if (++this.#against >= (worse ? worseAfter : betterAfter)) {
      this.#against = 0;
      this.#shown = quality;
    }
    return this.#shown;
  }
}

const rank: Readonly<Record<Quality['level'], number>> = { good: 0, fair: 1, poor: 2 };
