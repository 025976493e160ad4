import { useCallback, useEffect, useState } from 'react';
import type { MeetingEntry } from '../../meeting/library/entry.ts';
import { useLibrary } from '../useLibrary.ts';

/** The list of one's own meetings, and changes to it. */
export interface MeetingList {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly entries: readonly MeetingEntry[];
  readonly unreadable: readonly string[];
  /** Meetings that this device is a host of. */
  readonly hosted: ReadonlySet<string>;
  /** Resolve to whether the browser took it. */
  keep(entry: MeetingEntry): Promise<boolean>;
  forget(id: string): Promise<boolean>;
  reload(): Promise<void>;
}

type Kept = Pick<MeetingList, 'state' | 'entries' | 'unreadable' | 'hosted'>;
const nothing = { entries: [], unreadable: [], hosted: new Set<string>() } as const;

/** What this device keeps of its own meetings. */
export function useMeetings(): MeetingList {
  const opened = useLibrary();
  const library = opened.state === 'open' ? opened.library : null;
  const [list, setList] = useState<Kept>({ state: 'loading', ...nothing });

  const reload = useCallback(async () => {
    if (!library) return;
    try {
      const [meetings, hosted] = await Promise.all([library.meetings(), library.hosted()]);
      setList({ state: 'ready', ...meetings, hosted });
    } catch {
      setList({ state: 'failed', ...nothing });
    }
  }, [library]);

  useEffect(() => {
    if (opened.state === 'failed') setList({ state: 'failed', ...nothing });
    else void reload();
  }, [opened.state, reload]);

  const changed = async (change: Promise<unknown> | undefined) => {
    try {
      await change;
      await reload();
      return change !== undefined;
    } catch {
      return false;
    }
  };
  return {
    ...list,
    keep: (entry) => changed(library?.keep(entry)),
    forget: (id) => changed(library?.forget(id)),
    reload,
  };
}
