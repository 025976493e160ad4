import { useEffect, useRef, useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { codeOf } from '../errorCode.ts';
import { navigate } from '../router.ts';
import type { Accounts } from './accounts.ts';
import { signInProblems } from './accounts.ts';
import { useAccounts } from './useAccounts.ts';

/** The way back from the organisation's sign-in. `fragment` names a problem, or is empty. */
export function SignedInPage({ fragment }: { fragment: string }) {
  const problem = signInProblems.find((code) => code === fragment) ?? null;
  return <Arrival problem={problem} finish={(accounts) => accounts.finishSignIn()} />;
}

/** A one-time link of the administrator. `fragment` is its token. */
export function InvitedPage({ fragment }: { fragment: string }) {
  return (
    <Arrival
      problem={fragment === '' ? 'sign-in-failed' : null}
      finish={async (accounts) => {
        await accounts.redeemInvite(fragment);
        return '/account';
      }}
    />
  );
}

interface Props {
  readonly problem: ErrorCode | null;
  /** Resolves to the path to go on to. */
  readonly finish: (accounts: Accounts) => Promise<string>;
}

function Arrival({ problem, finish }: Props) {
  const m = useMessages();
  const accounts = useAccounts();
  const [failure, setFailure] = useState(problem);
  // Its step can be done once.
  const begun = useRef(problem !== null);

  useEffect(() => {
    if (begun.current || !accounts) return;
    begun.current = true;
    // The token and the code are not for the history.
    history.replaceState(null, '', location.pathname);
    finish(accounts).then(
      (path) => navigate(path, 'replace'),
      (error: unknown) => setFailure(codeOf(error, m)),
    );
  }, [accounts, finish, m]);

  if (failure === null) {
    return (
      <Page centred>
        <Spinner text={m.account.finishing} />
      </Page>
    );
  }
  return (
    <Outcome
      tone="warn"
      title={m.errors[failure].title}
      text={m.errors[failure].text}
      actions={
        <>
          <Button tone="primary" onPress={() => navigate('/account')}>
            {m.account.signIn}
          </Button>
          <Button tone="quiet" onPress={() => navigate('/')}>
            {m.common.home}
          </Button>
        </>
      }
    />
  );
}
