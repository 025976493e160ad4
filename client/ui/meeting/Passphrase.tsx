import { useEffect, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { Phase } from '../../meeting/phase.ts';
import { Button } from '../components/Button.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from './useMeeting.ts';

/** Asks for the passphrase of a link that has one. */
export function Passphrase({ phase }: { phase: Extract<Phase, { name: 'passphrase' }> }) {
  const m = useMessages();
  const actions = useActions();
  const [passphrase, setPassphrase] = useState('');
  useEffect(() => {
    document.title = `${m.passphrase.title} · ${m.common.product}`;
  }, [m]);
  return (
    <Page width="narrow" centred>
      <form
        className="ready"
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase.trim() !== '' && !phase.busy) actions.tryPassphrase(passphrase);
        }}
      >
        <div>
          <h1>{m.passphrase.title}</h1>
          <p className="ready-lead">{m.passphrase.text}</p>
        </div>
        <TextField
          label={m.passphrase.label}
          type="password"
          value={passphrase}
          onChange={setPassphrase}
          {...(phase.wrong ? { error: m.passphrase.wrong } : {})}
        />
        <Button tone="primary" size="l" type="submit" busy={phase.busy}>
          {m.passphrase.open}
        </Button>
        {phase.busy && <Spinner text={m.passphrase.busy} />}
      </form>
    </Page>
  );
}
