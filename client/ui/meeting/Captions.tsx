import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { CaptionView } from '../../meeting/chatView.ts';
import { usePreferences } from '../preferences.ts';
import './Captions.css';

/** How long a line stays after it came or changed. */
const STAYS_MS = 8_000;
const LINES = 2;
/** Finished lines are gathered for so long, then read out together. */
const GATHER_MS = 1_500;

/** The last lines of what is being said, with the names of who wrote or spoke them. */
export function Captions({ captions }: { readonly captions: readonly CaptionView[] }) {
  const m = useMessages();
  const { captionSize } = usePreferences();
  const shown = useRecent(captions);
  const spoken = useReadOut(captions);
  return (
    <>
      {shown.length > 0 && (
        <div className="captions" data-size={captionSize} aria-hidden="true">
          {shown.map(({ id, name, text, final, lang, spoken: own }) => (
            <p key={id} className="caption" data-final={final}>
              <span className="caption-name">{own ? name : m.captions.by(name)}</span>{' '}
              <bdi lang={lang}>{text}</bdi>
            </p>
          ))}
        </div>
      )}
      <p className="visually-hidden" aria-live="polite">
        {spoken}
      </p>
    </>
  );
}

function useRecent(captions: readonly CaptionView[]): readonly CaptionView[] {
  const [shown, setShown] = useState<readonly CaptionView[]>([]);
  const before = useRef<readonly CaptionView[]>([]);
  useEffect(() => {
    if (captions === before.current) return;
    before.current = captions;
    setShown(captions.slice(-LINES));
    const timer = setTimeout(() => setShown([]), STAYS_MS);
    return () => clearTimeout(timer);
  }, [captions]);
  return shown;
}

/** Finished lines only, and not one by one: an unfinished one would be read again at every word. */
function useReadOut(captions: readonly CaptionView[]): string {
  const [text, setText] = useState('');
  const read = useRef(new Set(captions.map(({ id }) => id)));
  const waiting = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    for (const { id, final, self, name, text: line } of captions) {
      if (!final || self || read.current.has(id)) continue;
      read.current.add(id);
      waiting.current.push(`${name}: ${line}`);
    }
    if (waiting.current.length === 0 || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      setText(waiting.current.splice(0).join(' '));
    }, GATHER_MS);
  }, [captions]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return text;
}
