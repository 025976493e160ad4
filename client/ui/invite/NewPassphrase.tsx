import { WandSparkles } from 'lucide-react';
import { MIN_PASSPHRASE, suggestPassphrase } from '../../e2ee/link/passphraseRules.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import { noPassphrase, type PassphraseDraft, passphraseProblem } from './passphraseDraft.ts';
import './invite.css';

interface Props {
  readonly draft: PassphraseDraft;
  readonly onChange: (draft: PassphraseDraft) => void;
  /** Whether to say what is wrong; not before the person is done. */
  readonly checked: boolean;
}

/** Asks for a passphrase to go with a link. */
export function NewPassphrase({ draft, onChange, checked }: Props) {
  const m = useMessages();
  const problem = checked ? passphraseProblem(draft) : null;
  const set = (change: Partial<PassphraseDraft>) => onChange({ ...draft, ...change });
  return (
    <div className="new-passphrase">
      <Switch
        name={m.invite.passphrase}
        text={m.invite.passphraseText}
        on={draft.wanted}
        onChange={(wanted) => onChange({ ...noPassphrase, wanted })}
      />
      {draft.wanted && (
        <div className="new-passphrase-fields">
          <TextField
            label={m.invite.passphraseNew}
            description={m.invite.passphraseHelp(MIN_PASSPHRASE)}
            type={draft.suggested ? 'text' : 'password'}
            autoComplete="new-password"
            value={draft.text}
            onChange={(text) => set({ text, suggested: false, again: draft.suggested ? '' : draft.again })}
            error={problem === 'short' ? m.invite.passphraseShort(MIN_PASSPHRASE) : null}
          />
          {!draft.suggested && (
            <TextField
              label={m.invite.passphraseAgain}
              type="password"
              autoComplete="new-password"
              value={draft.again}
              onChange={(again) => set({ again })}
              error={problem === 'differ' ? m.invite.passphraseDiffers : null}
            />
          )}
          <div className="button-row">
            <Button
              size="s"
              icon={<WandSparkles aria-hidden="true" />}
              onPress={() => {
                const text = suggestPassphrase();
                onChange({ wanted: true, text, again: text, suggested: true });
              }}
            >
              {m.invite.passphraseSuggest}
            </Button>
            {draft.suggested && <CopyButton size="s" text={draft.text} label={m.invite.passphraseCopy} />}
          </div>
        </div>
      )}
    </div>
  );
}
