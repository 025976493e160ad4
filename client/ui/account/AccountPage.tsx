import { useEffect } from 'react';
import type { OwnAccount } from '../../../shared/protocol/accounts.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Link } from '../components/Link.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { Failure } from './Failure.tsx';
import { PasskeyList } from './PasskeyList.tsx';
import { SessionList } from './SessionList.tsx';
import { SignIn } from './SignIn.tsx';
import { useAccounts, useAccountView, useAction } from './useAccounts.ts';
import './Account.css';

/** Who one is here: sign in, or see and end what is signed in. */
export function AccountPage() {
  const m = useSiteMessages();
  const { account, known } = useAccountView();
  useEffect(() => {
    document.title = `${m.account.title} · ${m.common.product}`;
  }, [m]);
  return (
    <Page width="narrow" centred={account === null}>
      <div className="account">
        {!known && <Spinner text={m.account.asking} />}
        {known && account === null && <SignedOut />}
        {account !== null && <SignedIn account={account} />}
      </div>
    </Page>
  );
}

function SignedOut() {
  const m = useSiteMessages();
  return (
    <>
      <div>
        <h1>{m.account.signIn}</h1>
        <p className="account-lead">{m.account.signInText}</p>
      </div>
      <SignIn returnTo="/" />
    </>
  );
}

function SignedIn({ account }: { account: OwnAccount }) {
  const m = useSiteMessages();
  const accounts = useAccounts();
  const { busy, failure, run } = useAction();
  return (
    <>
      <div>
        <h1>
          <bdi>{account.name}</bdi>
        </h1>
        <p className="account-lead">{account.kind === 'provider' ? m.account.byProvider : m.account.local}</p>
        <p className="account-lead">{m.account.may[account.role]}</p>
        {account.role === 'admin' && (
          <p className="account-lead">
            <Link to="/admin">{m.account.administer}</Link>
          </p>
        )}
      </div>
      {account.kind === 'local' && <PasskeyList passkeys={account.passkeys} />}
      <SessionList sessions={account.sessions} />
      <div className="account-actions">
        <Button busy={busy === 'here'} onPress={() => void run('here', () => accounts?.signOut(false))}>
          {m.account.signOut}
        </Button>
        <Button
          tone="quiet"
          busy={busy === 'everywhere'}
          onPress={() => void run('everywhere', () => accounts?.signOut(true))}
        >
          {m.account.signOutEverywhere}
        </Button>
      </div>
      <Failure code={failure} />
    </>
  );
}
