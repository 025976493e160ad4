import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { AccountId } from '../../../shared/protocol/accounts.ts';
import type { Messages } from '../../i18n/en.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { codeOf } from '../errorCode.ts';
import type { ListSync, LoadServices } from '../services.ts';

type SyncFailure = keyof Messages['meetings']['sync']['failures'];

export interface ListSyncState {
  /** Undefined until it is known, null while off. */
  readonly code: string | null | undefined;
  readonly busy: boolean;
  /** What went wrong last. */
  readonly failure: SyncFailure | ErrorCode | null;
  /** Runs one action and reads anew what it left. */
  run(work: (sync: ListSync) => Promise<void>): Promise<void>;
}

/** Whether one's own list is exchanged with other devices; brings it up to date at first and after each change. */
export function useListSync(
  account: AccountId,
  services: LoadServices,
  entries: object,
  onSynced: () => Promise<void>,
): ListSyncState {
  const m = useMessages();
  const opened = useRef<Promise<ListSync> | null>(null);
  const [state, setState] = useState<Omit<ListSyncState, 'run'>>({
    code: undefined,
    busy: true,
    failure: null,
  });

  const run = useCallback(
    async (work: (sync: ListSync) => Promise<void>) => {
      setState((before) => ({ ...before, busy: true, failure: null }));
      let failure: ListSyncState['failure'] = null;
      let code: string | null = null;
      try {
        opened.current ??= services().then((loaded) => loaded.openListSync(account));
        const sync = await opened.current;
        try {
          await work(sync);
        } catch (error) {
          failure = syncFailure(error, m) ?? codeOf(error, m);
        }
        code = await sync.code();
        await onSynced();
      } catch (error) {
        opened.current = null;
        failure = codeOf(error, m);
      }
      setState({ code, busy: false, failure });
    },
    [account, services, onSynced, m],
  );

  // The list as text: reading it anew must not count as a change of it.
  const text = JSON.stringify(entries);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the list is what there is to exchange
  useEffect(() => {
    void run((sync) => sync.sync());
  }, [run, text]);

  return { ...state, run };
}

function syncFailure(error: unknown, m: Messages): SyncFailure | null {
  const { failures } = m.meetings.sync;
  const isOne = (code: string): code is SyncFailure => Object.hasOwn(failures, code);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && isOne(code) ? code : null;
}
