/** Time as the media classes use it; injected so that nothing hangs on the real clock. */
export interface Timers {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls back once after `ms` milliseconds. Returns the way to cancel. */
  after(ms: number, callback: () => void): () => void;
}

export const browserTimers: Timers = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Does something again and again, `ms` milliseconds after it was done before; one that fails is followed by the next all
 * the same. Returns the way to stop.
 */
export function rounds(timers: Timers, ms: number, round: () => Promise<void>): () => void {
  let stopped = false;
  let cancel = () => {};
  const schedule = () => {
    if (!stopped) cancel = timers.after(ms, () => void round().then(schedule, schedule));
  };
  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}

/** Milliseconds to wait before attempt number `attempt` (0 is the first repetition): 0.5 s doubling to 15 s. */
export function backoff(attempt: number): number {
  return Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
}
