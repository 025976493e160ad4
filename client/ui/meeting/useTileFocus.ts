import { type KeyboardEvent, type RefObject, useCallback, useRef, useState } from 'react';

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

interface TileFocus {
  readonly list: RefObject<HTMLUListElement | null>;
  /** The tile in the tab order; null stands for the first. */
  readonly current: string | null;
  readonly onFocus: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** One tab stop for all tiles, however many: arrows, Home and End go from one to the next. */
export function useTileFocus(): TileFocus {
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const onKeyDown = useCallback((event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('.tile-menu') ?? [])];
    const index = event.target instanceof HTMLElement ? buttons.indexOf(event.target) : -1;
    if (index < 0) return;
    const step = STEPS[event.key];
    const next =
      step !== undefined ? index + step : event.key === 'Home' ? 0 : event.key === 'End' ? -1 : null;
    if (next === null) return;
    event.preventDefault();
    buttons.at(next % buttons.length)?.focus();
  }, []);
  return { list, current, onFocus: setCurrent, onKeyDown };
}
