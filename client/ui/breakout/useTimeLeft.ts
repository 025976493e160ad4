import { clockText } from '../meeting/TimerChip.tsx';
import { useNow } from '../useNow.ts';

/** Time until `at`, milliseconds since 1970, as on a clock. */
export function useTimeLeft(at: number | null): string {
  const now = useNow(at);
  return at === null ? '' : clockText(Math.max(0, at - now));
}
