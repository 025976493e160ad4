import { useEffect, useRef } from 'react';
import type { MeetingView } from '../../meeting/view.ts';
import { playChime } from '../meeting/chime.ts';
import { usePreferences } from '../preferences.ts';

/** At most one sound in this time, however many come. */
const QUIET_MS = 5_000;
const KNOCK = [659.25, 523.25];
const JOIN = [523.25, 659.25];

/** Two notes when somebody knocks, for those who may let them in, and two others when somebody comes in. */
export function useArrivalSound(view: MeetingView): void {
  const { arrivalSound } = usePreferences();
  const before = useRef({ knocks: new Set<string>(view.knocks.map(({ knockId }) => knockId)), notice: '' });
  const last = useRef(0);
  const { knocks, notices, rights, devices } = view;
  const mayAdmit = rights.has('admit');
  useEffect(() => {
    const joined = notices.findLast(({ notice }) => notice.kind === 'joined')?.id ?? '';
    const knocked = mayAdmit && knocks.some(({ knockId }) => !before.current.knocks.has(knockId));
    const came = joined !== '' && joined !== before.current.notice;
    before.current = {
      knocks: new Set(knocks.map(({ knockId }) => knockId)),
      notice: joined || before.current.notice,
    };
    if (!arrivalSound || !(knocked || came) || Date.now() - last.current < QUIET_MS) return;
    last.current = Date.now();
    // Where the browser allows no sound yet, the notice on screen has to do.
    playChime(devices.speaker, knocked ? KNOCK : JOIN).catch(() => undefined);
  }, [knocks, notices, mayAdmit, arrivalSound, devices.speaker]);
}
