import { useEffect } from 'react';
import { meetingId } from '../../../shared/ids.ts';
import type { Phase } from '../../meeting/phase.ts';
import { useLibrary } from '../useLibrary.ts';

/** Puts a meeting that this device came into on its list, and notes there that one is over. */
export function useNoteMeeting(id: string, fragment: string, phase: Phase['name']): void {
  const opened = useLibrary();
  const library = opened.state === 'open' ? opened.library : null;
  useEffect(() => {
    const meeting = meetingId.safeParse(id).data;
    if (!library || !meeting) return;
    // Without a list the meeting itself goes on.
    if (phase === 'meeting') library.noteJoined(meeting, `/m/${id}#${fragment}`).catch(() => undefined);
    if (phase === 'ended') library.noteEnded(meeting).catch(() => undefined);
  }, [library, id, fragment, phase]);
}
