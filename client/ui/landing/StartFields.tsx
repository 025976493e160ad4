import { useMessages } from '../../i18n/messages.tsx';
import { TITLE_CHARACTERS } from '../../meeting/library/limits.ts';
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
  readonly checked: boolean;
}

/** As many as the sealed field takes. */
const LABEL_CHARACTERS = 40;

/** Title, passphrase, classification and size of a new meeting. */
export function StartFields(props: StartFieldsProps) {
  const m = useMessages();
  const { options, onChange, label, large, checked } = props;
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
      <Switch name={m.landing.large} text={m.landing.largeHelp} on={large} onChange={props.onLarge} />
    </>
  );
}
