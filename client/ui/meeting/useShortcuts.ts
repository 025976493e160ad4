import { useEffect, useRef } from 'react';

type Actions = Readonly<Record<string, () => void>>;

const TYPING = 'input, textarea, select, [contenteditable="true"]';
const OPEN = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]';

/** Single-key shortcuts by the character they type; silent while typing and while a dialog or menu is open. */
export function useShortcuts(enabled: boolean, actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
      if (event.target instanceof Element && event.target.closest(TYPING) !== null) return;
      const act = latest.current[event.key.toLowerCase()];
      if (act === undefined || document.querySelector(OPEN) !== null) return;
      event.preventDefault();
      act();
    };
    // Captured, because buttons keep their key events to themselves.
    addEventListener('keydown', onKeyDown, true);
    return () => removeEventListener('keydown', onKeyDown, true);
  }, [enabled]);
}
