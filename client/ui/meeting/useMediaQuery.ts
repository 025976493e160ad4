import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query matches now. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Panels take the whole screen and the bar is short. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 719px)');
}

/** The bar has room for the most important controls only: a phone, upright or on its side. */
export function useShortBar(): boolean {
  return useMediaQuery('(max-width: 719px), (max-height: 499px)');
}
