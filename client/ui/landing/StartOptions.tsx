import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { noPassphrase, passphraseProblem } from '../invite/passphraseDraft.ts';
import { laterWithTexts, Part } from '../later.tsx';
import type { OptionsDraft, StartFieldsProps } from './StartFields.tsx';

const StartFields = laterWithTexts(async () => (await import('./StartFields.tsx')).StartFields);

export const noOptions: OptionsDraft = { title: '', passphrase: noPassphrase };

/** What else may be said of a new meeting; folded away, and fetched, until wanted. */
export function StartOptions(props: StartFieldsProps) {
  const m = useSiteMessages();
  const { options, label, large, chosenRegions, checked } = props;
  const problem = checked && passphraseProblem(options.passphrase) !== null;
  const [chosen, setChosen] = useState<boolean | null>(null);
  // Something that is set or must be put right should be seen.
  const open = problem || (chosen ?? (label !== '' || large || chosenRegions.length > 0));
  const id = useId();
  return (
    <div className="folded">
      <h3>
        <Button
          id={id}
          aria-expanded={open}
          aria-controls={`${id}-panel`}
          className="folded-trigger"
          onPress={() => setChosen(!open)}
        >
          <ChevronDown aria-hidden="true" />
          {m.begin.more}
        </Button>
      </h3>
      <div id={`${id}-panel`} hidden={!open}>
        {open && (
          <div className="folded-content">
            <Part>
              <StartFields {...props} />
            </Part>
          </div>
        )}
      </div>
    </div>
  );
}
