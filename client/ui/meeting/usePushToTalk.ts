import { useEffect, useRef } from 'react';
import { isBusyElsewhere } from './useShortcuts.ts';

/**
 * Holding the space bar switches a muted microphone on for as long as it is held. A button that was reached by
 * keyboard keeps its space bar; one that was only clicked does not.
 */
export function usePushToTalk(enabled: boolean, muted: boolean, talk: (on: boolean) => void): void {
  const latest = useRef({ muted, talk });
  useEffect(() => {
    latest.current = { muted, talk };
  });
  useEffect(() => {
    if (!enabled) return;
    let held = false;
    // Whether the focused button was reached by keyboard; a click alone leaves focus behind too.
    let walked = false;
    const onPointerDown = () => {
      walked = false;
    };
    const stop = () => {
      if (!held) return;
      held = false;
      latest.current.talk(false);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Tab' || event.key.startsWith('Arrow')) walked = true;
      if (event.key !== ' ') return;
      if (!held) {
        const { target } = event;
        if (event.repeat || !latest.current.muted || isBusyElsewhere(event)) return;
        if (walked && target instanceof Element && target.closest('button, a, [role]') !== null) return;
        held = true;
        latest.current.talk(true);
      }
      event.preventDefault();
      event.stopPropagation();
    };
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key !== ' ' || !held) return;
      event.preventDefault();
      event.stopPropagation();
      stop();
    };
    // Captured, because buttons keep their key events to themselves.
    addEventListener('keydown', onKeyDown, true);
    addEventListener('keyup', onKeyUp, true);
    addEventListener('pointerdown', onPointerDown, true);
    addEventListener('blur', stop);
    document.addEventListener('visibilitychange', stop);
    return () => {
      removeEventListener('keydown', onKeyDown, true);
      removeEventListener('keyup', onKeyUp, true);
      removeEventListener('pointerdown', onPointerDown, true);
      removeEventListener('blur', stop);
      document.removeEventListener('visibilitychange', stop);
      stop();
    };
  }, [enabled]);
}
