import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { codeOf } from '../errorCode.ts';
import type { AdminDesk } from './adminDesk.ts';

export const DeskContext = createContext<AdminDesk | null>(null);

/** What the site can be asked; within the administration page only. */
export function useDesk(): AdminDesk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('DeskContext is missing');
  return desk;
}

interface Asked<Value> {
  /** The last answer; null before the first. */
  readonly value: Value | null;
  /** Why there is no newer one. */
  readonly failure: ErrorCode | null;
  readonly reload: () => Promise<void>;
}

/** Asks at once, again at `reload`, and every `everyMs` while the page is looked at. */
export function useAsked<Value>(
  ask: (desk: AdminDesk) => Promise<Value>,
  everyMs: number | null = null,
): Asked<Value> {
  const m = useSiteMessages();
  const desk = useDesk();
  const [value, setValue] = useState<Value | null>(null);
  const [failure, setFailure] = useState<ErrorCode | null>(null);
  const asking = useRef(ask);
  asking.current = ask;
  const newest = useRef(0);

  const reload = useCallback(async () => {
    newest.current += 1;
    const mine = newest.current;
    try {
      const answer = await asking.current(desk);
      if (mine !== newest.current) return;
      setValue(answer);
      setFailure(null);
    } catch (error) {
      if (mine === newest.current) setFailure(codeOf(error, m));
    }
  }, [desk, m]);

  useEffect(() => {
    void reload();
    if (everyMs === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [reload, everyMs]);

  return { value, failure, reload };
}
