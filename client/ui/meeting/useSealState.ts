import { useEffect, useState } from 'react';
import type { MeetingView } from '../../meeting/view.ts';

/** A stream that has just begun is verified within moments, which is nothing to tell. */
const LASTING_MS = 2_000;

/** The state of the seal as it is shown: `verifying` also while streams of others wait for that for longer than usual. */
export function useSealState({ seal, members }: MeetingView): MeetingView['seal']['state'] {
  const waits = members.some(
    ({ self, sources }) =>
      !self &&
      Object.values(sources).some((source) => source.state === 'live' && source.seal === 'verifying'),
  );
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!waits) return setLasts(false);
    const timer = setTimeout(() => setLasts(true), LASTING_MS);
    return () => clearTimeout(timer);
  }, [waits]);
  return lasts && waits && seal.state === 'sealed' ? 'verifying' : seal.state;
}
