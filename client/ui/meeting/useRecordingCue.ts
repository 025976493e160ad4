import { useEffect, useRef } from 'react';
import type { MeetingView } from '../../meeting/view.ts';
import { cues, playChime } from './chime.ts';

/** Makes it heard that somebody begins to record, and that nobody does any more; also to who comes in meanwhile. */
export function useRecordingCue({ recording, devices }: Pick<MeetingView, 'recording' | 'devices'>): void {
  const before = useRef(0);
  const { speaker } = devices;
  const count = recording.length;
  useEffect(() => {
    const more = count > before.current;
    const over = count === 0 && before.current > 0;
    before.current = count;
    if (!more && !over) return;
    // Where the browser allows no sound yet, the sign and the announcement are there all the same.
    playChime(speaker, more ? cues.recording : cues.recordingOver).catch(() => undefined);
  }, [count, speaker]);
}
