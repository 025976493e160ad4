import { useEffect, useRef, useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { Page } from '../components/Page.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { codeOf } from '../errorCode.ts';
import { navigate } from '../router.ts';
import type { Accounts } from './accounts.ts';
import { signInProblems } from './accounts.ts';
import { useAccounts } from './useAccounts.ts';

interface Props {
  /** From the organisation's sign-in, or by a one-time link of the administrator. */
  readonly by: 'signed-in' | 'invited';
  /** What went wrong at the provider, or the link's token. */
  readonly fragment: string;
}

/** Whether there is anything to finish; the code of what went wrong where there is not. */
function problemOf({ by, fragment }: Props): ErrorCode | null {
  if (by === 'invited') return fragment === '' ? 'sign-in-failed' : null;
  return signInProblems.find((code) => code === fragment) ?? null;
}

/** Finishes the sign-in; resolves to the path to go on to. */
async function finish({ by, fragment }: Props, accounts: Accounts): Promise<string> {
  if (by === 'signed-in') return accounts.finishSignIn();
  await accounts.redeemInvite(fragment);
  return '/account';
}

/** Someone comes back from a sign-in, or by a one-time link. */
export function Arrival({ by, fragment }: Props) {
  const m = useSiteMessages();
  const accounts = useAccounts();
  const [failure, setFailure] = useState(() => problemOf({ by, fragment }));
  // Its step can be done once.
  const begun = useRef(failure !== null);

  useEffect(() => {
    if (begun.current || !accounts) return;
    begun.current = true;
    // The token and the code are not for the history.
    history.replaceState(null, '', location.pathname);
    finish({ by, fragment }, accounts).then(
      (path) => navigate(path, 'replace'),
      (error: unknown) => setFailure(codeOf(error, m)),
    );
  }, [accounts, by, fragment, m]);

  if (failure === null) {
    return (
      <Page width="narrow" centred>
        <h1 className="visually-hidden">{m.account.signIn}</h1>
        <Spinner text={m.account.finishing} />
      </Page>
    );
  }
  // The server does not say what is wrong with a link that it does not take.
  const words = by === 'invited' && failure === 'sign-in-failed' ? m.account.badInvite : m.errors[failure];
  return (
    <Outcome
      tone="warn"
      title={words.title}
      text={words.text}
      actions={
        <>
          <Button tone="primary" onPress={() => navigate('/account')}>
            {failure === 'not-entitled' ? m.account.signInOther : m.account.signIn}
          </Button>
          <Button onPress={() => navigate('/')}>{m.common.home}</Button>
        </>
      }
    />
  );
}
