import { useCallback, useSyncExternalStore } from 'react';

interface FullScreen {
  readonly on: boolean;
  readonly supported: boolean;
  toggle(): void;
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

/** The whole screen for the page, so that menus and dialogs stay inside. */
export function useFullScreen(): FullScreen {
  const on = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  const toggle = useCallback(() => {
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen({ navigationUI: 'hide' });
    // Refused, for example inside a frame: the window stays as it is.
    change.catch(() => undefined);
  }, []);
  return { on, supported: document.fullscreenEnabled, toggle };
}
