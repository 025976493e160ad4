import type { SiteRegions } from '../../../shared/residency.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { TITLE_CHARACTERS } from '../../meeting/library/limits.ts';
import { CheckList } from '../components/CheckList.tsx';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import { NewPassphrase } from '../invite/NewPassphrase.tsx';
import type { PassphraseDraft } from '../invite/passphraseDraft.ts';

/** What else may be said of a new meeting. */
export interface OptionsDraft {
  readonly title: string;
  readonly passphrase: PassphraseDraft;
}

export interface StartFieldsProps {
  readonly options: OptionsDraft;
  readonly onChange: (options: OptionsDraft) => void;
  readonly label: string;
  readonly onLabel: (label: string) => void;
  readonly large: boolean;
  readonly onLarge: (large: boolean) => void;
  /** Regions to choose from; null where the site has no signed list of its servers. */
  readonly regions: SiteRegions | null;
  /** Those that the operator holds every meeting to; null where it does not. */
  readonly bounds: readonly string[] | null;
  readonly chosenRegions: readonly string[];
  readonly onRegions: (regions: readonly string[]) => void;
  readonly checked: boolean;
}

/** As many as the sealed field takes. */
const LABEL_CHARACTERS = 40;

/** Title, passphrase, classification, regions and size of a new meeting. */
export function StartFields(props: StartFieldsProps) {
  const m = useMessages();
  const { list } = useFormat();
  const { options, onChange, label, large, checked, bounds } = props;
  // One that was chosen before and is gone from the list has to be in sight to be given up.
  const regions = [...new Set([...(bounds ?? props.regions?.names ?? []), ...props.chosenRegions])];
  // One region alone is no choice.
  const chooses = regions.length > (bounds ? 1 : 0);
  return (
    <>
      <TextField
        label={m.begin.title}
        description={m.begin.titleHelp}
        value={options.title}
        maxLength={TITLE_CHARACTERS}
        onChange={(title) => onChange({ ...options, title })}
      />
      <NewPassphrase
        draft={options.passphrase}
        onChange={(passphrase) => onChange({ ...options, passphrase })}
        checked={checked}
      />
      <TextField
        label={m.begin.label}
        description={m.begin.labelHelp}
        value={label}
        maxLength={LABEL_CHARACTERS}
        onChange={props.onLabel}
      />
      {regions.length > 0 && (
        <div className="field">
          {chooses && (
            <CheckList
              label={m.begin.regions}
              choices={regions.map((name) => ({ value: name, name }))}
              chosen={props.chosenRegions}
              onChange={props.onRegions}
            />
          )}
          <p className="field-help">
            {bounds ? m.begin.regionsRule(list(bounds), chooses) : m.begin.regionsHelp}
          </p>
        </div>
      )}
      <Switch name={m.landing.large} text={m.landing.largeHelp} on={large} onChange={props.onLarge} />
    </>
  );
}
