import type { MeetingId } from '../../../shared/ids.ts';
import { calendarFile } from '../../meeting/library/calendarFile.ts';
import type { Schedule } from '../../meeting/library/entry.ts';

interface Event {
  readonly meeting: MeetingId;
  readonly sequence: number;
  readonly title: string;
  /** The whole address. */
  readonly link: string;
  readonly description: string;
  readonly schedule: Schedule;
}

/** Hands a calendar file to the person; it is made on this device. */
export function saveCalendar({ meeting, ...event }: Event): void {
  const uid = `${meeting}@${location.hostname}`;
  const text = calendarFile({ ...event, uid, now: Date.now() });
  const url = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = 'meeting.ics';
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
