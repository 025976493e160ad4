import type { ReactNode } from 'react';
import { navigate } from '../router.ts';

/** A link inside this site, followed without loading the page anew. */
export function Link(props: { to: string; children: ReactNode; className?: string; label?: string }) {
  return (
    <a
      href={props.to}
      className={props.className}
      aria-label={props.label}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        navigate(props.to);
        scrollTo(0, 0);
      }}
    >
      {props.children}
    </a>
  );
}
