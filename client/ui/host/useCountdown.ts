import { useNow } from '../useNow.ts';

/** Minutes and seconds from `now` to `at`, both in milliseconds since 1970. */
export function countdown(at: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((at - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The time that is left until `at`, anew every second. */
export function useCountdown(at: number): string {
  return countdown(at, useNow(at));
}
