import { type FormEvent, useEffect, useRef, useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import type { Messages } from '../../i18n/en.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView, Phase } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Page } from '../components/Page.tsx';
import { TextField } from '../components/TextField.tsx';
import { DeviceSelects } from './DeviceSelects.tsx';
import { Preview } from './Preview.tsx';
import { useActions } from './useMeeting.ts';
import './Prejoin.css';

type PrejoinPhase = Extract<Phase, { readonly name: 'prejoin' }>;

/** Preview, devices, name; says what happens next. Nothing is sent yet. */
export function Prejoin({ view, phase }: { view: MeetingView; phase: PrejoinPhase }) {
  const m = useMessages();
  const actions = useActions();
  const [name, setName] = useState(view.name);
  const [message, setMessage] = useState('');
  const [missing, setMissing] = useState(false);
  const nameInput = useRef<HTMLInputElement>(null);
  const hosting = phase.role === 'host' || phase.role === 'cohost';
  const asks = phase.lobby && !hosting;
  const title = hosting && !phase.running ? m.prejoin.titleHost : m.prejoin.title;

  useEffect(() => {
    document.title = `${title} · ${m.common.product}`;
  }, [title, m]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const trimmed = name.trim();
    if (trimmed === '') {
      setMissing(true);
      nameInput.current?.focus();
      return;
    }
    const note = message.trim();
    if (asks && note !== '') actions.join(trimmed, note);
    else actions.join(trimmed);
  }

  return (
    <Page>
      <div className="prejoin">
        <div className="prejoin-preview">
          <Preview devices={view.devices} name={name} />
        </div>
        <form className="prejoin-form" onSubmit={submit} noValidate>
          <h1>{title}</h1>
          <p className="prejoin-next">{nextOf(phase, hosting, m)}</p>
          <TextField
            label={m.prejoin.name}
            description={m.prejoin.nameHelp}
            value={name}
            onChange={(value) => {
              setName(value);
              setMissing(false);
            }}
            error={missing ? m.prejoin.nameMissing : null}
            maxLength={limits.nameCharacters}
            autoComplete="name"
            ref={nameInput}
          />
          {asks && (
            <TextField
              label={m.prejoin.message}
              description={m.prejoin.messageHelp}
              value={message}
              onChange={setMessage}
              maxLength={limits.knockMessageCharacters}
            />
          )}
          <Button tone="primary" size="l" type="submit" wide>
            {asks ? m.prejoin.ask : hosting && !phase.running ? m.prejoin.start : m.prejoin.join}
          </Button>
          <p className="prejoin-sealed">{m.prejoin.sealedLine}</p>
        </form>
        <div className="prejoin-devices">
          <DeviceSelects devices={view.devices} />
        </div>
      </div>
    </Page>
  );
}

function nextOf(phase: PrejoinPhase, hosting: boolean, m: Messages): string {
  if (hosting) return phase.running ? m.prejoin.hostJoins : m.prejoin.hostStarts;
  if (phase.lobby) return phase.running ? m.prejoin.lobbyNext : m.prejoin.lobbyNotStarted;
  return phase.running ? m.prejoin.openNext : m.prejoin.openFirst;
}
