import { useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { type Preset, presetPolicy } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { Switch } from '../components/Switch.tsx';
import { codeOf } from '../errorCode.ts';
import type { LoadServices } from '../services.ts';

const presets: readonly Preset[] = ['moderated', 'open', 'classroom'];

interface Props {
  readonly services: LoadServices;
  readonly onFounded: (link: string) => void;
}

/** Chooses who may come in and founds the meeting. */
export function StartMeeting({ services, onFounded }: Props) {
  const m = useMessages();
  const [preset, setPreset] = useState<Preset>('moderated');
  const [large, setLarge] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ErrorCode | null>(null);

  async function start(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const { foundMeeting } = await services();
      onFounded(
        (await foundMeeting({ policy: presetPolicy(preset), suite: large ? 'x25519' : 'x-wing' })).link,
      );
    } catch (error) {
      setFailure(codeOf(error, m));
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className="door" aria-labelledby="start-heading">
      <div className="door-head">
        <h2 id="start-heading">{m.landing.start}</h2>
        <p>{m.landing.startText}</p>
      </div>
      <RadioCards
        label={m.landing.presetLabel}
        value={preset}
        onChange={setPreset}
        choices={presets.map((value) => ({ value, ...m.presets[value] }))}
      />
      <Switch
        name={m.landing.large}
        {...(large ? { text: m.landing.largeHelp } : {})}
        on={large}
        onChange={setLarge}
      />
      <Button tone="primary" size="l" wide busy={busy} onPress={() => void start()}>
        {m.landing.start}
      </Button>
      {busy && <Spinner text={m.landing.starting} />}
      {failure !== null && (
        <div role="alert">
          <Banner tone="warn" title={m.landing.startFailed}>
            {m.errors[failure].title}. {m.errors[failure].text}
          </Banner>
        </div>
      )}
    </section>
  );
}
