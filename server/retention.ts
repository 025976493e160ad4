import type { Log } from './log.ts';
import type { Clock } from './signaling/clock.ts';

const DAY_MS = 24 * 60 * 60_000;
const EVERY_MS = 60 * 60_000;

interface Forgetting {
  /** For the log: what is forgotten. */
  readonly what: string;
  readonly days: number;
  /** Deletes what is older than a time, and says how many. */
  readonly forget: (before: number) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Deletes what is older than so many days, now and every hour. Returns the way to stop. */
export function forgetOld({ what, days, forget, clock, log }: Forgetting): () => void {
  let cancel: () => void = () => undefined;
  let stopped = false;
  const turn = async () => {
    try {
      const forgotten = await forget(clock.now() - days * DAY_MS);
      if (forgotten > 0) log.info({ what, forgotten }, 'old data deleted');
    } catch (error) {
      log.error({ what, error }, 'old data not deleted');
    }
    if (!stopped) cancel = clock.at(clock.now() + EVERY_MS, () => void turn());
  };
  void turn();
  return () => {
    stopped = true;
    cancel();
  };
}
