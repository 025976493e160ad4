import { useEffect, useRef } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Page } from '../components/Page.tsx';
import { TextField } from '../components/TextField.tsx';
import { navigate } from '../router.ts';

/** The link of a meeting just founded, before going in. */
export function MeetingReady({ link, onDiscard }: { link: string; onDiscard: () => void }) {
  const m = useMessages();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${m.ready.title} · ${m.common.product}`;
    heading.current?.focus();
  }, [m]);

  return (
    <Page width="narrow" centred>
      <div className="ready">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {m.ready.title}
          </h1>
          <p className="ready-lead">{m.ready.text}</p>
        </div>
        <div className="ready-link">
          <TextField label={m.ready.linkLabel} value={link} onChange={() => undefined} readOnly type="url" />
          <CopyButton text={link} label={m.ready.copy} />
        </div>
        <div className="ready-notes">
          <p>{m.ready.safe}</p>
          <p>{m.ready.device}</p>
        </div>
        <div className="ready-actions">
          <Button tone="primary" size="l" onPress={() => navigate(pathOf(link))}>
            {m.ready.enter}
          </Button>
          <Button tone="quiet" size="l" onPress={onDiscard}>
            {m.ready.another}
          </Button>
        </div>
      </div>
    </Page>
  );
}

function pathOf(link: string): string {
  const url = new URL(link, location.origin);
  return `${url.pathname}${url.hash}`;
}
