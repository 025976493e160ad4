import { KeyRound, LogIn } from 'lucide-react';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Failure } from './Failure.tsx';
import { useAccounts, useAccountView, useAction } from './useAccounts.ts';
import './Account.css';

/** The ways to sign in that this site has. `returnTo`: path to come back to. */
export function SignIn({ returnTo }: { returnTo: string }) {
  const m = useMessages();
  const accounts = useAccounts();
  const { site } = useAccountView();
  const { busy, failure, run } = useAction();
  if (!accounts || !site) return null;
  const { provider, passkey } = site.signIn;
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
