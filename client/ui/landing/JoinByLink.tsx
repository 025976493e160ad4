import { type FormEvent, useRef, useState } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import type { SiteMessages } from '../../i18n/site.en.ts';
import { Button } from '../components/Button.tsx';
import { TextField } from '../components/TextField.tsx';
import { navigate } from '../router.ts';
import { type PastedLink, readMeetingLink } from './meetingLink.ts';

/** Goes to a meeting by a pasted link. */
export function JoinByLink() {
  const m = useSiteMessages();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<PastedLink | null>(null);
  const input = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const pasted = readMeetingLink(text, location.origin);
    if (pasted.kind === 'link') {
      navigate(pasted.path);
      return;
    }
    setProblem(pasted);
    input.current?.focus({ preventScroll: true });
    // In the middle, so that what is wrong with it is seen below it.
    input.current?.scrollIntoView({ block: 'center' });
  }

  return (
    <section className="door" aria-labelledby="join-heading">
      <h2 id="join-heading">{m.landing.join}</h2>
      <form className="join-row" onSubmit={submit} noValidate>
        <TextField
          label={m.landing.linkLabel}
          description={m.landing.linkHelp}
          value={text}
          onChange={(value) => {
            setText(value);
            setProblem(null);
          }}
          error={problem === null ? null : explain(problem, m)}
          type="url"
          ref={input}
        />
        <Button type="submit">{m.landing.joinButton}</Button>
      </form>
    </section>
  );
}

function explain(problem: PastedLink, m: SiteMessages): string | null {
  switch (problem.kind) {
    case 'link':
      return null;
    case 'other-site':
      return m.link.otherSite(problem.host);
    default:
      return m.link[problem.kind];
  }
}
