import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Panel } from '../components/Panel.tsx';
import { AllRooms } from './AllRooms.tsx';
import { OpenForm } from './OpenForm.tsx';
import { RoomList } from './RoomList.tsx';
import './breakout.css';

/** Opens breakout rooms, and shows who is where; to those who choose, the rooms there are. */
export function BreakoutPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const { rooms, mayRun, opening } = view.breakouts;
  return (
    <Panel title={m.breakout.title} onClose={onClose}>
      {rooms === null || opening ? (
        mayRun && <OpenForm view={view} opening={opening} />
      ) : (
        <>
          {mayRun && <AllRooms rooms={rooms} />}
          <RoomList view={view} rooms={rooms} mayRun={mayRun} />
        </>
      )}
      <p className="breakout-facts">{m.breakout.facts}</p>
    </Panel>
  );
}
