import { Disc } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import type { Messages } from '../../i18n/en.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { DevicesView } from '../../meeting/devicesView.ts';
import type { Phase } from '../../meeting/phase.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { StaffSignIn } from '../account/StaffSignIn.tsx';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Page } from '../components/Page.tsx';
import { TextField } from '../components/TextField.tsx';
import { RecoverHost } from '../host/RecoverHost.tsx';
import { ConnectionTest } from './ConnectionTest.tsx';
import { DeviceSelects } from './DeviceSelects.tsx';
import { Preview } from './Preview.tsx';
import { ServerDialog } from './RoomDialogs.tsx';
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
  const [serverShown, setServerShown] = useState(false);
  const without = withoutWords(view.devices, m);
  const nameInput = useRef<HTMLInputElement>(null);
  const hosting = phase.role === 'host' || phase.role === 'cohost';
  const asks = phase.lobby && !hosting;
  const recorded = phase.running && view.recording.length > 0;
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
    if (recorded) actions.acceptRecording();
    const note = message.trim();
    if (asks && note !== '') actions.join(trimmed, note);
    else actions.join(trimmed);
  }

  function submitWords(): string {
    if (recorded) return asks ? m.recording.ask : m.recording.goIn;
    if (asks) return m.prejoin.ask;
    return hosting && !phase.running ? m.prejoin.start : m.prejoin.join;
  }

  return (
    <Page>
      {recorded && (
        <div className="prejoin-recorded">
          <Banner tone="warn" icon={<Disc />} title={m.recording.doorTitle}>
            {m.recording.doorText}
          </Banner>
        </div>
      )}
      <div className="prejoin">
        <div className="prejoin-preview">
          <Preview devices={view.devices} name={name} />
        </div>
        <form className="prejoin-form" onSubmit={submit} noValidate>
          <h1>{title}</h1>
          <p className="prejoin-next">{nextOf(phase, hosting, without !== m.prejoin.withoutBoth, m)}</p>
          {!hosting && <StaffSignIn who={view.policy?.who ?? 'anyone'} />}
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
            {submitWords()}
          </Button>
          {recorded && (
            <Button size="l" wide onPress={() => actions.leave()}>
              {m.recording.notNow}
            </Button>
          )}
          {without !== null && (
            <p className="prejoin-without" role="status">
              {without}
            </p>
          )}
          <RecoverHost view={view} />
          <p className="prejoin-sealed">
            {m.common.sentences(m.prejoin.protects, '')}
            <button type="button" className="text-button" onClick={() => setServerShown(true)}>
              {m.server.title}
            </button>
          </p>
        </form>
        <div className="prejoin-devices">
          <DeviceSelects devices={view.devices} />
          <ConnectionTest test={view.call.connectionTest} />
        </div>
      </div>
      {serverShown && <ServerDialog onClose={() => setServerShown(false)} />}
    </Page>
  );
}

/** What of oneself will be missing in the meeting; null where camera and microphone are on, or may still be. */
function withoutWords({ permission, cameraTrack, microphoneTrack }: DevicesView, m: Messages): string | null {
  if (permission === 'asking' || permission === 'unknown') return null;
  if (cameraTrack === null && microphoneTrack === null) return m.prejoin.withoutBoth;
  if (microphoneTrack === null) return m.prejoin.withoutMicrophone;
  return cameraTrack === null ? m.prejoin.withoutCamera : null;
}

/** What happens next; `shows`: whether camera or microphone may be on. */
function nextOf(phase: PrejoinPhase, hosting: boolean, shows: boolean, m: Messages): string {
  if (hosting) return phase.running ? m.prejoin.hostJoins : m.prejoin.hostStarts;
  if (phase.lobby) return phase.running ? m.prejoin.lobbyNext : m.prejoin.lobbyNotStarted;
  if (!phase.running) return m.prejoin.openFirst;
  return shows ? m.common.sentences(m.prejoin.openNext, m.prejoin.openSeen) : m.prejoin.openNext;
}
