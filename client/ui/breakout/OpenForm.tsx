import { useState } from 'react';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { dealOut } from '../../meeting/breakout/assignment.ts';
import { hindersTeamwork } from '../../meeting/breakout/roomPolicy.ts';
import { uniformBelow } from '../../meeting/breakout/uniform.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Select } from '../components/Select.tsx';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from '../meeting/useMeeting.ts';

const kinds = ['random', 'list', 'choice'] as const;
type Kind = (typeof kinds)[number];
const lengths: readonly (number | null)[] = [5, 10, 15, 20, 30, 45, 60, null];
const counts = Array.from({ length: limits.breakoutRooms }, (_, index) => index + 1);

/** What is asked before rooms are opened. */
export function OpenForm({ view, opening }: { view: MeetingView; opening: boolean }) {
  const m = useMessages();
  const actions = useActions();
  const people = view.breakouts.people.filter(({ runs }) => !runs);
  const [kind, setKind] = useState<Kind>('random');
  const [count, setCount] = useState(2);
  const [named, setNamed] = useState(false);
  const [names, setNames] = useState<readonly string[]>([]);
  const [minutes, setMinutes] = useState<number | null>(10);
  const [mayReturn, setMayReturn] = useState(true);
  const [teamwork, setTeamwork] = useState(true);
  const [listed, setListed] = useState<ReadonlyMap<DeviceKey, number>>(new Map());
  const hindered = view.policy !== null && hindersTeamwork(view.policy);
  const numbers = Array.from({ length: count }, (_, index) => index);

  const assigned = (): readonly (readonly DeviceKey[])[] => {
    const devices = people.map(({ device }) => device);
    if (kind === 'random') return dealOut(devices, count, uniformBelow);
    if (kind === 'choice') return numbers.map(() => []);
    return numbers.map((room) => devices.filter((device) => listed.get(device) === room));
  };

  return (
    <form
      className="breakout-form"
      onSubmit={(event) => {
        event.preventDefault();
        actions.breakout({
          do: 'open',
          plan: {
            names: numbers.map((room) => (named ? (names[room] ?? '') : '')),
            entry: kind === 'choice' ? 'choice' : 'assigned',
            mayReturn,
            minutes,
            teamwork: hindered && teamwork,
            people: assigned(),
          },
        });
      }}
    >
      <RadioCards
        label={m.breakout.kind}
        choices={kinds.map((value) => ({ value, ...m.breakout.kinds[value] }))}
        value={kind}
        onChange={setKind}
      />
      <Select
        label={m.breakout.count}
        choices={counts.map((each) => ({ id: String(each), name: String(each) }))}
        value={String(count)}
        onChange={(id) => setCount(Number(id))}
      />
      {kind !== 'choice' && people.length === 0 && <p className="breakout-note">{m.breakout.nobody}</p>}
      {kind === 'random' && people.length > 0 && (
        <p className="breakout-note">
          {m.breakout.evenly(
            people.length,
            Math.floor(people.length / count),
            Math.ceil(people.length / count),
          )}
        </p>
      )}
      {kind === 'list' && (
        <ul className="breakout-people">
          {people.map(({ device, name }) => (
            <li key={device}>
              <Select
                label={m.breakout.roomFor(name)}
                choices={[
                  { id: '', name: m.breakout.noRoom },
                  ...numbers.map((room) => ({ id: String(room), name: m.breakout.room(room + 1) })),
                ]}
                value={numbers.includes(listed.get(device) ?? -1) ? String(listed.get(device)) : ''}
                onChange={(id) =>
                  setListed((before) => {
                    const next = new Map(before);
                    if (id === '') next.delete(device);
                    else next.set(device, Number(id));
                    return next;
                  })
                }
              />
            </li>
          ))}
        </ul>
      )}
      <Switch name={m.breakout.giveNames} on={named} onChange={setNamed} />
      {named &&
        numbers.map((room) => (
          <TextField
            key={room}
            label={m.breakout.nameOf(room + 1)}
            value={names[room] ?? ''}
            maxLength={limits.roomNameCharacters}
            onChange={(name) =>
              setNames((before) => numbers.map((n) => (n === room ? name : (before[n] ?? ''))))
            }
          />
        ))}
      <Select
        label={m.breakout.howLong}
        choices={lengths.map((each) => ({
          id: String(each),
          name: each === null ? m.breakout.openEnd : m.breakout.minutes(each),
        }))}
        value={String(minutes)}
        onChange={(id) => setMinutes(id === 'null' ? null : Number(id))}
      />
      <Switch name={m.breakout.mayReturn} on={mayReturn} onChange={setMayReturn} />
      {hindered && (
        <Switch
          name={m.breakout.teamwork}
          text={m.breakout.teamworkText}
          on={teamwork}
          onChange={setTeamwork}
        />
      )}
      <Button type="submit" tone="primary" busy={opening}>
        {m.breakout.open(count)}
      </Button>
    </form>
  );
}
