/** Time as the edge sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once at a time in milliseconds since 1970; the function returned cancels. */
  at(time: number, call: () => void): () => void;
}

/** The longest wait that a timer takes; a longer one would ring at once. */
const MOST_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(time, call) {
    let timeout: NodeJS.Timeout;
    const wait = () => {
      const left = Math.max(0, time - Date.now());
      timeout = left > MOST_MS ? setTimeout(wait, MOST_MS) : setTimeout(call, left);
      timeout.unref();
    };
    wait();
    return () => clearTimeout(timeout);
  },
};
