import { useEffect, useRef } from 'react';
import type { MeetingView } from '../../meeting/view.ts';
import { useActions } from '../meeting/useMeeting.ts';
import { mayPanic } from './PanicButton.tsx';

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable="true"]';

/**
 * Shift+X stops everything and lets it go on, also while a dialog or a menu is open. Silent while
 * typing, and where the person has switched single keys off.
 */
export function usePanicKey(enabled: boolean, view: Pick<MeetingView, 'rights' | 'panic'>): void {
  const actions = useActions();
  const latest = useRef(view);
  useEffect(() => {
    latest.current = view;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.code !== 'KeyX' || !event.shiftKey || event.repeat || event.isComposing) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(TYPING) !== null) return;
      if (!mayPanic(latest.current)) return;
      event.preventDefault();
      event.stopPropagation();
      actions.setPanic(!latest.current.panic);
    };
    addEventListener('keydown', onKeyDown, true);
    return () => removeEventListener('keydown', onKeyDown, true);
  }, [enabled, actions]);
}
