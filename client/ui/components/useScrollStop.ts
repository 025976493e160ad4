import { type RefObject, useEffect, useState } from 'react';

const reachable = 'a[href], button, input, select, textarea, [tabindex]';

/**
 * Whether an element has to be a stop of the keyboard: it scrolls, and nothing inside could be reached that would
 * scroll it along (WCAG 2.1.1).
 */
export function useScrollStop(element: RefObject<HTMLElement | null>): boolean {
  const [isStop, setStop] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const look = () =>
      setStop(current.scrollHeight > current.clientHeight && current.querySelector(reachable) === null);
    look();
    const content = new MutationObserver(look);
    const size = new ResizeObserver(look);
    content.observe(current, { childList: true, subtree: true, characterData: true });
    size.observe(current);
    return () => {
      content.disconnect();
      size.disconnect();
    };
  }, [element]);
  return isStop;
}
