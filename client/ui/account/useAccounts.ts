import { createContext, useContext, useState, useSyncExternalStore } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { codeOf } from '../errorCode.ts';
import type { Accounts, AccountView } from './accounts.ts';

const nobody: AccountView = { site: null, account: null, known: false };

export const AccountsContext = createContext<Accounts | null>(null);

/** What can be done about accounts; null on a page that was given none. */
export function useAccounts(): Accounts | null {
  return useContext(AccountsContext);
}

const nothing = () => () => undefined;

/** Who is signed in and what the site asks, as it changes. */
export function useAccountView(): AccountView {
  const accounts = useAccounts();
  return useSyncExternalStore(accounts?.subscribe ?? nothing, accounts?.getView ?? (() => nobody));
}

/** Whether this site lets anybody record; so until it has said, for the server holds to it in any case. */
export function useRecordingAllowed(): boolean {
  return useAccountView().site?.policies.recording ?? true;
}

/** Runs one action at a time and keeps what went wrong. */
export function useAction() {
  const m = useSiteMessages();
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState<ErrorCode | null>(null);

  async function run(name: string, work: () => Promise<void> | undefined): Promise<void> {
    setBusy(name);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(codeOf(error, m));
    } finally {
      setBusy(null);
    }
  }
  return { busy, failure, run };
}
