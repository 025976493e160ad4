import { DoorOpen, Hand, Megaphone, Undo2, Users } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { BreakoutView } from '../../meeting/breakoutView.ts';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { Ticking } from '../components/Ticking.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { roomName, roomOf } from './roomName.ts';
import { useTimeLeft } from './useTimeLeft.ts';

interface Props {
  readonly rooms: BreakoutView;
  readonly mayRun: boolean;
  /** Whether the rooms are in sight already. */
  readonly shown: boolean;
  readonly onShow: () => void;
}

/** Breakout rooms, as far as they concern this person now: the way in, the way back, and what is said to all. */
export function BreakoutBanners(parts: Props) {
  const { rooms, mayRun } = parts;
  return (
    <>
      {rooms.here === null ? (
        <Outside {...parts} />
      ) : rooms.recalled ? (
        <Recalled rooms={rooms} />
      ) : (
        <Inside {...parts} />
      )}
      <Broadcast rooms={rooms} />
      {mayRun && <Calls rooms={rooms} />}
    </>
  );
}

function Outside({ rooms, mayRun, shown, onShow }: Props) {
  const m = useMessages();
  const actions = useActions();
  const left = useTimeLeft(rooms.until);
  const own = roomOf(rooms, rooms.own);
  if (own && !mayRun) {
    return (
      <Banner
        icon={<DoorOpen />}
        title={m.breakout.invited(roomName(own, m))}
        actions={
          <Button size="s" tone="primary" disabled={!own.ready} onPress={() => actions.enterRoom(own.id)}>
            {m.breakout.goIn}
          </Button>
        }
      >
        <Ticking
          clock={left}
          text={m.common.sentences(
            rooms.until === null ? m.breakout.openedBy(rooms.by) : m.breakout.openedFor(rooms.by, left),
            ...(own.ready ? [] : [m.breakout.preparing]),
          )}
        />
      </Banner>
    );
  }
  if (!mayRun && rooms.entry !== 'choice') return null;
  const inside = rooms.rooms.reduce((sum, room) => sum + room.inside.length, 0);
  return (
    <Banner
      icon={<Users />}
      title={mayRun ? m.breakout.runTitle : m.breakout.chooseTitle}
      {...(shown
        ? {}
        : {
            actions: (
              <Button size="s" onPress={onShow}>
                {mayRun ? m.breakout.show : m.breakout.choose}
              </Button>
            ),
          })}
    >
      <Ticking
        clock={left}
        text={m.common.sentences(
          m.breakout.runText(inside, rooms.rooms.length),
          ...(rooms.until === null ? [] : [m.breakout.closesIn(left)]),
        )}
      />
    </Banner>
  );
}

function Inside({ rooms, mayRun, shown, onShow }: Props) {
  const m = useMessages();
  const actions = useActions();
  const left = useTimeLeft(rooms.until);
  const room = roomOf(rooms, rooms.here);
  if (!room) return null;
  const mayChoose = mayRun || rooms.entry === 'choice';
  return (
    <Banner
      icon={<Users />}
      title={
        <Ticking
          clock={left}
          text={roomName(room, m) + (rooms.until === null ? '' : ` · ${m.breakout.left(left)}`)}
        />
      }
      actions={
        <>
          {!mayRun && (
            <Button size="s" onPress={() => actions.breakout({ do: 'call', on: !rooms.calling })}>
              {rooms.calling ? m.breakout.helpCancel : m.breakout.help}
            </Button>
          )}
          {mayChoose && !shown && (
            <Button size="s" onPress={onShow}>
              {m.breakout.show}
            </Button>
          )}
          {(rooms.mayReturn || mayRun) && (
            <Button size="s" onPress={() => actions.returnToMain()}>
              {m.breakout.back}
            </Button>
          )}
        </>
      }
    >
      {rooms.calling ? m.breakout.helpAsked : m.breakout.onlyHere}
    </Banner>
  );
}

function Recalled({ rooms }: { rooms: BreakoutView }) {
  const m = useMessages();
  const actions = useActions();
  const left = useTimeLeft(rooms.until);
  return (
    <Banner
      tone="warn"
      icon={<Undo2 />}
      title={m.breakout.recalled}
      actions={
        <Button size="s" tone="primary" onPress={() => actions.returnToMain()}>
          {m.breakout.back}
        </Button>
      }
    >
      <Ticking clock={left} text={m.breakout.recalledText(left)} />
    </Banner>
  );
}

function Broadcast({ rooms: { broadcast } }: { rooms: BreakoutView }) {
  const m = useMessages();
  const [read, setRead] = useState<string | null>(null);
  if (broadcast === null || broadcast.id === read) return null;
  return (
    <Banner
      icon={<Megaphone />}
      title={m.breakout.broadcastBy(broadcast.by)}
      actions={
        <Button size="s" onPress={() => setRead(broadcast.id)}>
          {m.common.dismiss}
        </Button>
      }
    >
      {broadcast.text}
    </Banner>
  );
}

function Calls({ rooms }: { rooms: BreakoutView }) {
  const m = useMessages();
  const actions = useActions();
  const [first] = rooms.calls;
  const room = first && roomOf(rooms, first.room);
  if (!first || !room) return null;
  const done = () => actions.breakout({ do: 'answer', device: first.device });
  return (
    <Banner
      icon={<Hand />}
      title={m.breakout.call(first.name, roomName(room, m))}
      actions={
        <>
          <Button size="s" onPress={done}>
            {m.breakout.dismissCall}
          </Button>
          {rooms.here !== room.id && (
            <Button
              size="s"
              tone="primary"
              disabled={!room.ready}
              onPress={() => {
                done();
                actions.enterRoom(room.id);
              }}
            >
              {m.breakout.goThere}
            </Button>
          )}
        </>
      }
    />
  );
}
