import { type ReactNode, useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { BreakoutView } from '../../meeting/breakoutView.ts';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { Select } from '../components/Select.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { useTimeLeft } from './useTimeLeft.ts';

const lengths: readonly (number | null)[] = [1, 2, 5, 10, 15, 30, 60, null];
const notices: readonly number[] = [10, 30, 60];

/** What hosts do with all rooms at once: say something, change the time, call everybody back. */
export function AllRooms({ rooms }: { rooms: BreakoutView }) {
  const m = useMessages();
  const { breakout } = useActions();
  const left = useTimeLeft(rooms.until);
  const [text, setText] = useState('');
  const [minutes, setMinutes] = useState<number | null>(5);
  const [notice, setNotice] = useState(30);
  return (
    <PanelSection
      title={m.breakout.running}
      aside={rooms.until !== null && <span className="breakout-time">{m.breakout.left(left)}</span>}
    >
      <Row
        act={m.breakout.send}
        onAct={() => {
          if (text.trim() === '') return;
          breakout({ do: 'broadcast', text });
          setText('');
        }}
      >
        <TextField
          label={m.breakout.broadcast}
          value={text}
          onChange={setText}
          maxLength={limits.broadcastCharacters}
        />
      </Row>
      <Row act={m.breakout.setTime} onAct={() => breakout({ do: 'time', minutes })}>
        <Select
          label={m.breakout.time}
          choices={lengths.map((each) => ({
            id: String(each),
            name: each === null ? m.breakout.openEnd : m.breakout.minutes(each),
          }))}
          value={String(minutes)}
          onChange={(id) => setMinutes(id === 'null' ? null : Number(id))}
        />
      </Row>
      <Row
        act={m.breakout.recall}
        disabled={rooms.recalled}
        onAct={() => breakout({ do: 'recall', seconds: notice })}
      >
        <Select
          label={m.breakout.notice}
          choices={notices.map((each) => ({ id: String(each), name: m.breakout.seconds(each) }))}
          value={String(notice)}
          onChange={(id) => setNotice(Number(id))}
        />
      </Row>
    </PanelSection>
  );
}

/** A field and the button that puts it into force. */
function Row(props: { children: ReactNode; act: string; onAct: () => void; disabled?: boolean }) {
  return (
    <form
      className="breakout-row"
      onSubmit={(event) => {
        event.preventDefault();
        props.onAct();
      }}
    >
      {props.children}
      <Button type="submit" disabled={props.disabled ?? false}>
        {props.act}
      </Button>
    </form>
  );
}
