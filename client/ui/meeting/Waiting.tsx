import { useEffect, useRef } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView, Phase } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Page } from '../components/Page.tsx';
import { Preview } from './Preview.tsx';
import { useActions } from './useMeeting.ts';
import './Prejoin.css';
import './Waiting.css';

type WaitingPhase = Extract<Phase, { readonly name: 'waiting' }>;

/** In line, until a host's device lets this one in. */
export function Waiting({ view, phase }: { view: MeetingView; phase: WaitingPhase }) {
  const m = useMessages();
  const actions = useActions();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${m.waiting.title} · ${m.common.product}`;
    heading.current?.focus();
  }, [m]);
  return (
    <Page>
      <div className="prejoin">
        <div className="prejoin-preview">
          <Preview devices={view.devices} name={view.name} />
        </div>
        <section className="waiting-words">
          <h1 ref={heading} tabIndex={-1}>
            {m.waiting.title}
          </h1>
          <div className="waiting-state" role="status">
            <span className="waiting-pulse" aria-hidden="true" />
            <div>
              <p>
                {phase.locked ? m.waiting.locked : phase.attended ? m.waiting.attended : m.waiting.unattended}
              </p>
              {phase.attended && !phase.locked && <p>{m.waiting.position(phase.position)}</p>}
            </div>
          </div>
          <p className="waiting-private">{m.waiting.private}</p>
          <div>
            <Button onPress={() => actions.withdraw()}>{m.waiting.leave}</Button>
          </div>
        </section>
      </div>
    </Page>
  );
}
