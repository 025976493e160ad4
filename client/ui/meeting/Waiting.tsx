import { useEffect, useRef } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { Phase } from '../../meeting/phase.ts';
import type { LobbyWordView, MeetingView } from '../../meeting/view.ts';
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
  const format = useFormat();
  const actions = useActions();
  const title = phase.sentBack ? m.waitingRoom.sentBack : m.waiting.title;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${m.common.product}`;
    heading.current?.focus();
  }, [title, m]);
  return (
    <Page>
      <div className="prejoin">
        <div className="prejoin-preview">
          <Preview devices={view.devices} name={view.name} />
        </div>
        <section className="waiting-words">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {phase.sentBack && <p className="waiting-lead">{m.waitingRoom.sentBackText}</p>}
          <div className="waiting-state" role="status">
            <span className="waiting-pulse" aria-hidden="true" />
            <div>
              <p>
                {phase.locked ? m.waiting.locked : phase.attended ? m.waiting.attended : m.waiting.unattended}
              </p>
              {phase.attended && !phase.locked && <p>{m.waiting.position(phase.position)}</p>}
            </div>
          </div>
          <Words
            words={view.words}
            title={m.waitingRoom.words}
            from={(word) => m.waitingRoom.wordFrom(word.from, format.time(word.at))}
          />
          {!phase.sentBack && <p className="waiting-private">{m.waiting.private}</p>}
          <div>
            <Button onPress={() => actions.withdraw()}>{m.waiting.leave}</Button>
          </div>
        </section>
      </div>
    </Page>
  );
}

interface WordsProps {
  readonly words: readonly LobbyWordView[];
  readonly title: string;
  readonly from: (word: LobbyWordView) => string;
}

/** What hosts said to this person, the newest last; said to screen readers as it comes. */
function Words({ words, title, from }: WordsProps) {
  return (
    <div className="waiting-said" role="log" aria-label={title}>
      {words.map((word) => (
        <figure key={`${word.at} ${word.text}`} className="waiting-word">
          <figcaption>
            <bdi>{from(word)}</bdi>
          </figcaption>
          <p dir="auto">{word.text}</p>
        </figure>
      ))}
    </div>
  );
}
