/** Time as the edge sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once at a time in milliseconds since 1970; the function returned cancels. */
  at(time: number, call: () => void): () => void;
}

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(time, call) {
    const timeout = setTimeout(call, Math.max(0, time - Date.now()));
    timeout.unref();
    return () => clearTimeout(timeout);
  },
};
