import { Download } from 'lucide-react';
import { useFormat, useMessages } from '../../../i18n/messages.tsx';
import { type Attendee, stayOf } from '../../../meeting/activities/attendance.ts';
import { csvOf } from '../../../meeting/activities/csv.ts';
import { handOver } from '../../../meeting/saveFile.ts';
import { Button } from '../../components/Button.tsx';
import { PanelSection } from '../../components/Panel.tsx';

const minutesOf = (one: Attendee) => Math.floor(stayOf(one, Date.now()) / 60_000);

/** Who was here and for how long, on this device alone. */
export function AttendanceSection({ attendance }: { attendance: readonly Attendee[] }) {
  const m = useMessages();
  const format = useFormat();
  const save = () => {
    const words = m.activities.csvAttendance;
    const iso = (at: number) => new Date(at).toISOString();
    const rows = attendance.map((one) => [
      one.name,
      iso(one.joined),
      one.left === null ? '' : iso(one.left),
      minutesOf(one),
      one.hands,
    ]);
    const head = [words.name, words.joined, words.left, words.minutes, words.hands];
    handOver('attendance.csv', new Blob([csvOf([head, ...rows])], { type: 'text/csv' }));
  };
  return (
    <PanelSection title={m.activities.attendance} aside={m.activities.attended(attendance.length)}>
      <p className="activity-note">{m.activities.attendanceText}</p>
      <ul className="attendance">
        {attendance.map((one) => (
          <li key={one.device}>
            <bdi>{one.name}</bdi>
            <span className="activity-note">
              {one.left === null
                ? m.activities.here(format.time(one.joined))
                : `${format.time(one.joined)}–${format.time(one.left)}`}
              {` · ${m.activities.stay(minutesOf(one))}`}
              {one.hands > 0 && ` · ${m.activities.hands(one.hands)}`}
            </span>
          </li>
        ))}
      </ul>
      <Button size="s" icon={<Download aria-hidden="true" />} onPress={save}>
        {m.activities.export}
      </Button>
    </PanelSection>
  );
}
