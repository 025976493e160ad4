import { useEffect, useState } from 'react';

/** After so long, a page that is still busy says more. */
export const SLOW_MS = 8_000;

/** True once something has been on screen for longer than people expect. */
export function useSlow(milliseconds: number): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return slow;
}
