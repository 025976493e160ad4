import { useState } from 'react';
import { useMessages } from '../../../i18n/messages.tsx';
import type { Timer } from '../../../meeting/activities/room.ts';
import { Button } from '../../components/Button.tsx';
import { PanelSection } from '../../components/Panel.tsx';
import { Switch } from '../../components/Switch.tsx';
import { TextField } from '../../components/TextField.tsx';
import { clockText, useLeft } from '../../meeting/TimerChip.tsx';
import { useActions } from '../../meeting/useMeeting.ts';
import { prefer, usePreferences } from '../../preferences.ts';

const MOST_MINUTES = 720;

/** The timer that everyone sees, and for hosts its controls. */
export function TimerSection({ timer, hosts }: { timer: Timer | null; hosts: boolean }) {
  const m = useMessages();
  const { activity } = useActions();
  const { chime } = usePreferences();
  const left = useLeft(timer);
  const [minutes, setMinutes] = useState('5');
  const [wrong, setWrong] = useState(false);
  const start = () => {
    const number = Number(minutes);
    const fits = Number.isInteger(number) && number >= 1 && number <= MOST_MINUTES;
    setWrong(!fits);
    if (fits) activity({ do: 'startTimer', ms: number * 60_000 });
  };
  return (
    <PanelSection title={m.activities.timer}>
      {timer === null ? (
        <p className="activity-note">{m.activities.noTimer}</p>
      ) : (
        <p className="timer-large">
          {left === 0 ? m.activities.over : clockText(left)}
          {!timer.running && <span className="activity-note"> {m.activities.paused}</span>}
        </p>
      )}
      {hosts && timer !== null && (
        <div className="activity-actions">
          {left > 0 && (
            <Button onPress={() => activity({ do: timer.running ? 'pauseTimer' : 'resumeTimer' })}>
              {timer.running ? m.activities.pause : m.activities.resume}
            </Button>
          )}
          <Button onPress={() => activity({ do: 'stopTimer' })}>{m.activities.stop}</Button>
        </div>
      )}
      {hosts && timer === null && (
        <form
          className="activity-row"
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          <TextField
            label={m.activities.minutes}
            value={minutes}
            onChange={setMinutes}
            maxLength={3}
            error={wrong ? m.activities.minutesWrong : null}
          />
          <Button type="submit">{m.activities.start}</Button>
        </form>
      )}
      <Switch name={m.activities.chime} on={chime} onChange={(on) => prefer('chime', on)} />
    </PanelSection>
  );
}
