import { useEffect, useState } from 'react';

/** The time, anew whenever whole seconds are left until `at`, so that all clocks of a page turn together. */
export function useNow(at: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    let next: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      const time = Date.now();
      setNow(time);
      if (at !== null && time < at) next = setTimeout(tick, (at - time) % 1000 || 1000);
    };
    tick();
    return () => clearTimeout(next);
  }, [at]);
  return now;
}
