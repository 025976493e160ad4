import { useEffect, useState } from 'react';
import { clockText } from '../meeting/TimerChip.tsx';

/** Time until `at`, milliseconds since 1970, as on a clock. */
export function useTimeLeft(at: number | null): string {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    if (at === null) return;
    const ticking = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(ticking);
  }, [at]);
  return at === null ? '' : clockText(Math.max(0, at - now));
}
