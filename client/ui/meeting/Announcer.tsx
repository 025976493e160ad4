import { useEffect, useRef, useState } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { type News, newsOf, type Shown, say } from './news.ts';

/** News is gathered for so long, then said at once: thirty people who join are one sentence. */
const GATHER_MS = 1_200;

/** Says to screen readers, politely, what others see happen. */
export function Announcer({ view, shown }: { view: MeetingView; shown: Shown }) {
  const m = useMessages();
  const format = useFormat();
  const before = useRef(view);
  const waiting = useRef<News[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const [text, setText] = useState('');

  useEffect(() => {
    waiting.current.push(...newsOf(before.current, view, shown, m, format));
    before.current = view;
    if (waiting.current.length === 0 || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      setText(say(waiting.current, m, format));
      waiting.current = [];
    }, GATHER_MS);
  }, [view, shown, m, format]);

  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );

  return (
    <p className="visually-hidden" aria-live="polite">
      {text}
    </p>
  );
}
