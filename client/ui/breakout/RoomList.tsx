import type { DeviceKey } from '../../../shared/ids.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { emptiest } from '../../meeting/breakout/assignment.ts';
import type { BreakoutRoomView, BreakoutView } from '../../meeting/breakoutView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { Select } from '../components/Select.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { roomName } from './roomName.ts';

interface Props {
  readonly view: MeetingView;
  readonly rooms: BreakoutView;
  readonly mayRun: boolean;
}

/** Every room with its people; hosts move them, whoever may go in goes in. */
export function RoomList({ view, rooms, mayRun }: Props) {
  const m = useMessages();
  const { breakout } = useActions();
  const people = view.breakouts.people;
  const placed = new Set(rooms.rooms.flatMap(({ assigned, inside }) => [...assigned, ...inside]));
  const free = people.filter(({ device, runs }) => !runs && !placed.has(device));
  return (
    <>
      {rooms.rooms.map((room) => (
        <RoomCard key={room.id} room={room} view={view} rooms={rooms} mayRun={mayRun} />
      ))}
      {mayRun && free.length > 0 && (
        <PanelSection title={m.breakout.unassigned}>
          {rooms.entry === 'assigned' && (
            <>
              <p className="breakout-note">{m.breakout.unassignedText}</p>
              <Button
                size="s"
                onPress={() => {
                  const sizes = rooms.rooms.map(({ assigned }) => assigned.length);
                  const moves = new Map<BreakoutRoomView, DeviceKey[]>();
                  for (const { device } of free) {
                    const place = emptiest(sizes);
                    const room = rooms.rooms[place];
                    if (!room) return;
                    sizes[place] = (sizes[place] ?? 0) + 1;
                    moves.set(room, [...(moves.get(room) ?? []), device]);
                  }
                  for (const [room, devices] of moves) breakout({ do: 'move', devices, room: room.id });
                }}
              >
                {m.breakout.spread}
              </Button>
            </>
          )}
          <ul className="breakout-people">
            {free.map(({ device, name }) => (
              <li key={device} className="breakout-person">
                <p>
                  <bdi>{name}</bdi>
                </p>
                <Mover device={device} name={name} rooms={rooms} at={null} />
              </li>
            ))}
          </ul>
        </PanelSection>
      )}
    </>
  );
}

function RoomCard({ room, view, rooms, mayRun }: Props & { room: BreakoutRoomView }) {
  const m = useMessages();
  const actions = useActions();
  const nameOf = (device: DeviceKey) =>
    view.breakouts.people.find((each) => each.device === device)?.name ?? '';
  const devices = [...new Set([...room.assigned, ...room.inside])].filter((device) => nameOf(device) !== '');
  const title = roomName(room, m);
  const mayEnter = mayRun || rooms.entry === 'choice';
  return (
    <PanelSection
      title={title}
      aside={
        rooms.here === room.id ? (
          <span className="breakout-note">{m.breakout.here}</span>
        ) : (
          mayEnter && (
            <Button size="s" disabled={!room.ready} onPress={() => actions.enterRoom(room.id)}>
              {mayRun
                ? m.breakout.visit(m.breakout.room(room.number))
                : m.breakout.enter(m.breakout.room(room.number))}
            </Button>
          )
        )
      }
    >
      {devices.length === 0 && <p className="breakout-note">{m.breakout.empty}</p>}
      <ul className="breakout-people">
        {devices.map((device) => (
          <li key={device} className="breakout-person">
            <p>
              <bdi>{nameOf(device)}</bdi>{' '}
              <span className="breakout-note">
                {room.inside.includes(device) ? m.breakout.there : m.breakout.notThere}
              </span>
            </p>
            {mayRun && room.assigned.includes(device) && (
              <Mover device={device} name={nameOf(device)} rooms={rooms} at={room} />
            )}
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}

function Mover(props: { device: DeviceKey; name: string; rooms: BreakoutView; at: BreakoutRoomView | null }) {
  const m = useMessages();
  const { breakout } = useActions();
  const { device, name, rooms, at } = props;
  return (
    <Select
      label={m.breakout.moveTo(name)}
      choices={[
        { id: '', name: m.breakout.main },
        ...rooms.rooms.map((room) => ({ id: room.id, name: roomName(room, m) })),
      ]}
      value={at?.id ?? ''}
      {...(at === null ? {} : { valueText: m.breakout.room(at.number) })}
      onChange={(id) => {
        const room = rooms.rooms.find((each) => each.id === id) ?? null;
        if (room !== at) breakout({ do: 'move', devices: [device], room: room?.id ?? null });
      }}
    />
  );
}
