import { type ReactNode, useEffect, useRef } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Page } from './Page.tsx';
import './Outcome.css';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly actions?: ReactNode;
  /** What else there is to deal with. */
  readonly more?: ReactNode;
  readonly tone?: 'plain' | 'warn';
}

/** A state that ends a way: what happened, what it means, the next step. */
export function Outcome(props: Props) {
  const m = useSiteMessages();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · ${m.common.product}`;
    heading.current?.focus();
  }, [props.title, m]);
  return (
    <Page width="narrow" centred>
      <section className={`outcome outcome-${props.tone ?? 'plain'}`}>
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
        <p>{props.text}</p>
        {props.actions !== undefined && <div className="outcome-actions">{props.actions}</div>}
      </section>
      {props.more}
    </Page>
  );
}
