import { useEffect, useRef } from 'react';

type Actions = Readonly<Record<string, () => void>>;

const TYPING = 'input, textarea, select, [contenteditable="true"]';
const OPEN = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]';

/** Whether a key is meant for something else: a field, an open dialog or menu, a command of the browser. */
export function isBusyElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (event.target instanceof Element && event.target.closest(TYPING) !== null) return true;
  return document.querySelector(OPEN) !== null;
}

/** Single-key shortcuts by the character they type; silent while typing and while a dialog or menu is open. */
export function useShortcuts(enabled: boolean, actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const act = latest.current[event.key.toLowerCase()];
      if (act === undefined || event.repeat || isBusyElsewhere(event)) return;
      event.preventDefault();
      act();
    };
    // Captured, because buttons keep their key events to themselves.
    addEventListener('keydown', onKeyDown, true);
    return () => removeEventListener('keydown', onKeyDown, true);
  }, [enabled]);
}
