import { type MeetingId, meetingId } from '../../shared/ids.ts';

const ENTRY = 'sealroom breakout room';

/** The breakout room this tab was in, so that a reload leads back into it. */
export function lastRoom(): MeetingId | null {
  try {
    const parsed = meetingId.safeParse(sessionStorage.getItem(ENTRY));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Without storage a reload leads to the main meeting. */
export function rememberRoom(room: MeetingId | null): void {
  try {
    if (room === null) sessionStorage.removeItem(ENTRY);
    else sessionStorage.setItem(ENTRY, room);
  } catch {
    // Nothing is remembered then.
  }
}
