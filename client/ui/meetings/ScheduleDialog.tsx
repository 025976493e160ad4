import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { Schedule } from '../../meeting/library/entry.ts';
import { type Rhythm, rhythms, TITLE_CHARACTERS } from '../../meeting/library/limits.ts';
import { ownZone } from '../../meeting/library/zone.ts';
import { Button } from '../components/Button.tsx';
import { DateTimeField } from '../components/DateTimeField.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Select } from '../components/Select.tsx';
import { TextField } from '../components/TextField.tsx';

interface Props {
  readonly heading: string;
  /** The meeting's. */
  readonly title: string;
  readonly schedule: Schedule | null;
  /** Whether a meeting without a date will do. */
  readonly optional: boolean;
  readonly save: string;
  readonly onSave: (title: string, schedule: Schedule | null) => void;
  readonly onClose: () => void;
}

const lengths = [15, 30, 45, 60, 90, 120, 180, 240, 480];
const counts = [2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 26, 40, 52];

/** Name and time of a meeting. They stay on this device. */
export function ScheduleDialog(props: Props) {
  const m = useMessages();
  const { schedule } = props;
  const [title, setTitle] = useState(props.title);
  const [start, setStart] = useState(schedule?.start ?? null);
  const [minutes, setMinutes] = useState(schedule?.minutes ?? 60);
  const [repeat, setRepeat] = useState<Rhythm | 'none'>(schedule?.repeats?.rhythm ?? 'none');
  const [times, setTimes] = useState(schedule?.repeats?.times ?? 10);
  const [missing, setMissing] = useState(false);

  function save(): void {
    if (start === null && !props.optional) return setMissing(true);
    const zone = schedule?.zone ?? ownZone();
    const repeats = repeat === 'none' ? null : { rhythm: repeat, times };
    props.onSave(title.trim(), start === null ? null : { start, minutes, zone, repeats });
    props.onClose();
  }

  const withPresent = (choices: readonly number[], present: number) =>
    choices.includes(present) ? choices : [...choices, present].toSorted((one, other) => one - other);

  return (
    <Dialog
      title={props.heading}
      onClose={props.onClose}
      actions={
        <>
          <Button onPress={props.onClose}>{m.common.cancel}</Button>
          <Button tone="primary" onPress={save}>
            {props.save}
          </Button>
        </>
      }
    >
      <div className="form">
        <TextField
          label={m.begin.title}
          description={m.begin.titleHelp}
          value={title}
          maxLength={TITLE_CHARACTERS}
          onChange={setTitle}
        />
        <DateTimeField
          label={m.meetings.begins}
          value={start}
          onChange={setStart}
          error={missing && start === null ? m.meetings.beginsMissing : null}
        />
        {start !== null && (
          <>
            <Select
              label={m.meetings.lasts}
              choices={withPresent(lengths, minutes).map((each) => ({
                id: String(each),
                name: m.meetings.minutes(each),
              }))}
              value={String(minutes)}
              onChange={(id) => setMinutes(Number(id))}
            />
            <Select
              label={m.meetings.repeats}
              choices={[
                { id: 'none', name: m.meetings.once },
                ...rhythms.map((id) => ({ id, name: m.meetings.rhythms[id] })),
              ]}
              value={repeat}
              onChange={(id) => setRepeat(rhythms.find((each) => each === id) ?? 'none')}
            />
            {repeat !== 'none' && (
              <Select
                label={m.meetings.howOften}
                choices={withPresent(counts, times).map((each) => ({
                  id: String(each),
                  name: m.meetings.times(each),
                }))}
                value={String(times)}
                onChange={(id) => setTimes(Number(id))}
              />
            )}
            <p className="field-help">{m.meetings.calendarSecret}</p>
          </>
        )}
      </div>
    </Dialog>
  );
}
