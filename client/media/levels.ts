import type { DeviceKey } from '../../shared/ids.ts';
import { entriesOf } from './statsReport.ts';
import { rounds, type Timers } from './timers.ts';

/** Loudness, 0 to 1, of everyone heard now; silent and unheard devices are missing. */
export type Levels = ReadonlyMap<DeviceKey, number>;

export const levelIntervalMs = 200;

/** Below this (about -50 dB) it is the room, not the person. */
const floor = 0.003;

/** The loudness in a sender's or receiver's statistics, 0 to 1; null where the browser does not tell. */
export function audioLevelOf(report: RTCStatsReport): number | null {
  for (const entry of entriesOf(report).values()) {
    const type = entry.text('type');
    if (type !== 'inbound-rtp' && type !== 'media-source') continue;
    const level = entry.number('audioLevel');
    if (level !== null) return Math.min(1, Math.max(0, level));
  }
  return null;
}

export interface LevelSource {
  readonly device: DeviceKey;
  getStats(): Promise<RTCStatsReport>;
}

/** Reads the loudness of microphones from the browser's own statistics, about five times a second. */
export class LevelMonitor {
  readonly #sources: () => readonly LevelSource[];
  readonly #onLevels: (levels: Levels) => void;
  readonly #stop: () => void;
  #closed = false;
  #last: Levels = new Map();

  /** @param sources the microphones to read, asked for at each round */
  constructor(timers: Timers, sources: () => readonly LevelSource[], onLevels: (levels: Levels) => void) {
    this.#sources = sources;
    this.#onLevels = onLevels;
    this.#stop = rounds(timers, levelIntervalMs, () => this.#round());
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  async #round(): Promise<void> {
    const levels = new Map<DeviceKey, number>();
    await Promise.all(
      this.#sources().map(async ({ device, getStats }) => {
        // A stream that closes while it is asked is silent.
        const level = await getStats().then(audioLevelOf, () => null);
        if (level !== null && level >= floor) levels.set(device, level);
      }),
    );
    if (this.#closed || (levels.size === 0 && this.#last.size === 0)) return;
    this.#last = levels;
    this.#onLevels(levels);
  }
}
