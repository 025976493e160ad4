import { useEffect, useLayoutEffect, useRef } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import './Classification.css';

/** The meeting's classification, in sight on every page of it and in the title of the window. */
export function Classification({ label }: { label: string | null }) {
  const m = useMessages();
  useLayoutEffect(() => {
    // The pages leave room for it.
    document.documentElement.toggleAttribute('data-classified', label !== null);
    return () => document.documentElement.removeAttribute('data-classified');
  }, [label]);
  useLabelInTitle(label);
  if (label === null) return null;
  return (
    <section className="classification" aria-label={m.label.region}>
      <bdi>{label}</bdi>
    </section>
  );
}

/** Puts the label before whatever title the page on screen has set. */
function useLabelInTitle(label: string | null): void {
  const put = useRef('');
  useEffect(() => {
    const prefix = label === null ? '' : `${label} · `;
    const mark = () => {
      const bare =
        put.current !== '' && document.title.startsWith(put.current)
          ? document.title.slice(put.current.length)
          : document.title;
      put.current = prefix;
      if (document.title !== prefix + bare) document.title = prefix + bare;
    };
    mark();
    const observer = new MutationObserver(mark);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [label]);
}
