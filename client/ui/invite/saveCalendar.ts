import type { MeetingId } from '../../../shared/ids.ts';
import { calendarFile } from '../../meeting/library/calendarFile.ts';
import type { Schedule } from '../../meeting/library/entry.ts';
import { saveAs } from '../saveAs.ts';

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
  saveAs('meeting.ics', 'text/calendar;charset=utf-8', text);
}
