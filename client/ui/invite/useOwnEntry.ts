import { useCallback, useEffect, useState } from 'react';
import { meetingId } from '../../../shared/ids.ts';
import type { MeetingEntry, Schedule } from '../../meeting/library/entry.ts';
import { useLibrary } from '../useLibrary.ts';

/** What this device keeps of one meeting, by its link; null where it is in no list. */
export function useOwnEntry(link: string): {
  readonly entry: MeetingEntry | null;
  plan(title: string, schedule: Schedule | null): void;
} {
  const opened = useLibrary();
  const library = opened.state === 'open' ? opened.library : null;
  const id = meetingId.safeParse(/\/m\/([^/#]+)/.exec(link)?.[1]).data ?? null;
  const [entry, setEntry] = useState<MeetingEntry | null>(null);

  useEffect(() => {
    let current = true;
    if (library && id) {
      library.meeting(id).then(
        (kept) => current && setEntry(kept),
        () => undefined,
      );
    }
    return () => {
      current = false;
    };
  }, [library, id]);

  const plan = useCallback(
    (title: string, schedule: Schedule | null) => {
      if (!entry) return;
      const planned = { ...entry, title, schedule, sequence: entry.sequence + 1 };
      setEntry(planned);
      library?.keep(planned).catch(() => undefined);
    },
    [entry, library],
  );
  return { entry, plan };
}
