import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import { TITLE_CHARACTERS } from '../../meeting/library/limits.ts';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import {
  NewPassphrase,
  noPassphrase,
  type PassphraseDraft,
  passphraseProblem,
} from '../invite/NewPassphrase.tsx';

/** What else may be said of a new meeting. */
export interface OptionsDraft {
  readonly title: string;
  readonly passphrase: PassphraseDraft;
}

export const noOptions: OptionsDraft = { title: '', passphrase: noPassphrase };

interface Props {
  readonly options: OptionsDraft;
  readonly onChange: (options: OptionsDraft) => void;
  readonly label: string;
  readonly onLabel: (label: string) => void;
  readonly large: boolean;
  readonly onLarge: (large: boolean) => void;
  readonly checked: boolean;
}

/** Title, passphrase, classification and size of a new meeting; folded away until wanted. */
export function StartOptions(props: Props) {
  const m = useMessages();
  const { options, onChange, label, large, checked } = props;
  const problem = checked && passphraseProblem(options.passphrase) !== null;
  return (
    <Folded title={m.begin.more} set={label !== '' || large} problem={problem}>
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
    </Folded>
  );
}

/** As many as the sealed field takes. */
const LABEL_CHARACTERS = 40;

interface FoldedProps {
  readonly title: string;
  /** Whether something inside is set, so that it should be seen. */
  readonly set: boolean;
  /** Whether something inside must be put right. */
  readonly problem: boolean;
  readonly children: ReactNode;
}

function Folded({ title, set, problem, children }: FoldedProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  return (
    <Disclosure className="folded" isExpanded={problem || (chosen ?? set)} onExpandedChange={setChosen}>
      <Heading level={3}>
        <Button slot="trigger" className="folded-trigger">
          <ChevronDown aria-hidden="true" />
          {title}
        </Button>
      </Heading>
      <DisclosurePanel className="folded-panel">
        <div className="folded-content">{children}</div>
      </DisclosurePanel>
    </Disclosure>
  );
}
