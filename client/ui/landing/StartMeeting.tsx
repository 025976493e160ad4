import { useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { Preset } from '../../../shared/roles.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import type { MeetingRules } from '../../meeting/library/entry.ts';
import { SignIn } from '../account/SignIn.tsx';
import { useAccountView } from '../account/useAccounts.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { codeOf } from '../errorCode.ts';
import { passphraseProblem } from '../invite/passphraseDraft.ts';
import type { LoadServices } from '../services.ts';
import { PresetChoice } from './PresetChoice.tsx';
import { noOptions, StartOptions } from './StartOptions.tsx';
import { builtins } from './startChoice.ts';
import { type Founded, useFound } from './useFound.ts';
import { useStartChoice } from './useStartChoice.ts';

interface Props {
  readonly services: LoadServices;
  readonly onFounded: (founded: Founded) => void;
}

/** Chooses the rules of a meeting and founds it. */
export function StartMeeting({ services, onFounded }: Props) {
  const m = useSiteMessages();
  const start = useStartChoice();
  const found = useFound(services);
  const [options, setOptions] = useState(noOptions);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ErrorCode | null>(null);

  const { site, account } = useAccountView();
  const allows = (preset: Preset) => site?.policies.presets.includes(preset) ?? true;
  // What this site does not allow is asked anew rather than replaced by something else.
  const choice = start.choice && allows(start.choice.rules.policy.preset) ? start.choice : null;
  const presets = start.presets.filter(({ rules }) => allows(rules.policy.preset));

  async function begin(): Promise<void> {
    setChecked(true);
    const { title, passphrase } = options;
    if (!choice || passphraseProblem(passphrase) !== null) return;
    setBusy(true);
    setFailure(null);
    try {
      onFounded(await found({ choice, title, passphrase: passphrase.wanted ? passphrase.text : null }));
    } catch (error) {
      setFailure(codeOf(error, m));
    } finally {
      setBusy(false);
    }
  }

  const setRules = (change: Partial<MeetingRules>) => {
    if (choice) start.choose({ ...choice, rules: { ...choice.rules, ...change } });
  };

  const bounds = site?.policies.residency ?? null;
  const setRegions = (regions: readonly string[]) => {
    if (!choice) return;
    const { residency: _, ...policy } = choice.rules.policy;
    const operator = (bounds ?? site?.regions)?.operator;
    const held = operator !== undefined && regions.length > 0;
    setRules({ policy: { ...policy, ...(held && { residency: { operator, regions: [...regions] } }) } });
  };

  const signedInOnly = site?.create === 'signed-in';
  if (signedInOnly && !account?.mayCreate) {
    return (
      <section className="door" aria-labelledby="start-heading">
        <div className="door-head">
          <h2 id="start-heading">{m.landing.start}</h2>
          <p>{account ? m.account.startNot : m.account.startFirst}</p>
        </div>
        {!account && <SignIn returnTo="/" />}
      </section>
    );
  }
  return (
    <section className="door" aria-labelledby="start-heading">
      <div className="door-head">
        <h2 id="start-heading">{m.landing.start}</h2>
        <p>{signedInOnly && account ? m.account.startAs(account.name) : m.landing.startText}</p>
      </div>
      <PresetChoice start={{ ...start, choice, presets }} builtins={builtins.filter(allows)} />
      <StartOptions
        options={options}
        onChange={setOptions}
        label={choice?.rules.label ?? ''}
        onLabel={(label) => setRules({ label: label === '' ? null : label })}
        large={choice?.rules.suite === 'x25519'}
        onLarge={(large) => setRules({ suite: large ? 'x25519' : 'x-wing' })}
        regions={site?.regions ?? null}
        bounds={bounds?.regions ?? null}
        chosenRegions={choice?.rules.policy.residency?.regions ?? []}
        onRegions={setRegions}
        checked={checked}
      />
      {checked && !choice && <p className="field-error">{m.begin.chooseFirst}</p>}
      <Button tone="primary" size="l" wide busy={busy} disabled={!start.ready} onPress={() => void begin()}>
        {m.landing.start}
      </Button>
      {busy && <Spinner text={m.landing.starting} />}
      {failure !== null && (
        <div role="alert">
          <Banner tone="warn" title={m.landing.startFailed}>
            {m.common.titled(m.errors[failure].title, m.errors[failure].text)}
          </Banner>
        </div>
      )}
    </section>
  );
}
