import { KeyRound, LogIn } from 'lucide-react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Failure } from './Failure.tsx';
import { useAccounts, useAccountView, useAction } from './useAccounts.ts';
import './Account.css';

interface Props {
  /** Path to come back to. */
  readonly returnTo: string;
  /** Where only the organisation's word counts. */
  readonly providerOnly?: boolean;
}

/** The ways to sign in that this site has. */
export function SignIn({ returnTo, providerOnly = false }: Props) {
  const m = useSiteMessages();
  const accounts = useAccounts();
  const { site } = useAccountView();
  const { busy, failure, run } = useAction();
  if (!accounts || !site) return null;
  const { provider } = site.signIn;
  const passkey = site.signIn.passkey && !providerOnly;
  return (
    <div className="sign-in">
      {provider !== null && (
        <Button
          tone="primary"
          size="l"
          wide
          icon={<LogIn aria-hidden="true" />}
          busy={busy === 'provider'}
          onPress={() => void run('provider', () => accounts.signIn(returnTo))}
        >
          {m.account.signInWith(provider.name)}
        </Button>
      )}
      {passkey && (
        <Button
          tone={provider === null ? 'primary' : 'plain'}
          size="l"
          wide
          icon={<KeyRound aria-hidden="true" />}
          busy={busy === 'passkey'}
          onPress={() => void run('passkey', () => accounts.signInByPasskey())}
        >
          {m.account.signInPasskey}
        </Button>
      )}
      {provider === null && !passkey && <p className="account-note">{m.account.noWay}</p>}
      <Failure code={failure} />
    </div>
  );
}
