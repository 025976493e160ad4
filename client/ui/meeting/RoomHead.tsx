import { Gauge, LockKeyhole, Presentation, Users, Wifi } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { PanicButton } from '../host/PanicButton.tsx';
import { RecordingSign } from './RecordingSign.tsx';
import type { PanelName } from './RoomPanel.tsx';
import { StatusLine } from './StatusLine.tsx';
import { sealIcon } from './sealIcon.tsx';
import { TimerChip } from './TimerChip.tsx';
import type { FloatingWindow } from './useFloatingWindow.ts';
import { useNarrow } from './useMediaQuery.ts';
import { useSealState } from './useSealState.ts';
import { ViewMenu } from './ViewMenu.tsx';

interface Props {
  readonly view: MeetingView;
  readonly floating: FloatingWindow;
  readonly onPanel: (panel: PanelName) => void;
  /** Opens the whiteboard; null where it is open or there is nothing on it. */
  readonly onBoard: (() => void) | null;
}

/** The facts of the meeting in one line: seal, people, lock, and the last thing that happened. */
export const RoomHead = memo(function RoomHead({ view, floating, onPanel, onBoard }: Props) {
  const m = useMessages();
  const format = useFormat();
  const state = useSealState(view);
  const narrow = useNarrow();
  const heading = useRef<HTMLHeadingElement>(null);
  // Coming in from another page, focus starts at the top of this one.
  useEffect(() => heading.current?.focus(), []);
  return (
    <header className="room-head">
      <h1 ref={heading} tabIndex={-1} className="visually-hidden">
        {m.room.title}
      </h1>
      <div className="head-facts">
        <AriaButton className={`head-chip head-chip-seal head-chip-${state}`} onPress={() => onPanel('seal')}>
          {sealIcon[state]}
          <span className={state === 'sealed' ? 'head-seal head-seal-long' : 'head-seal'}>
            {state === 'sealed'
              ? m.seal.sealedChip(format.time(view.seal.since))
              : state === 'warning'
                ? m.seal.warningChip
                : m.seal.verifyingChip}
          </span>
          {state === 'sealed' && <span className="head-seal-short">{m.seal.sealedShort}</span>}
        </AriaButton>
        <AriaButton className="head-chip" onPress={() => onPanel('people')}>
          <Users aria-hidden="true" />
          <span className="head-word">{m.room.people(view.members.length)}</span>
          <span className="head-number" aria-hidden="true">
            {format.number(view.members.length)}
          </span>
        </AriaButton>
        {!narrow && <RecordingSign view={view} />}
        <TimerChip
          timer={view.activities.timer}
          speaker={view.devices.speaker}
          onPress={() => onPanel('activities')}
        />
        {onBoard !== null && (
          <AriaButton className="head-chip" aria-label={m.board.open} onPress={onBoard}>
            <Presentation aria-hidden="true" />
            <span className="head-word">{m.board.title}</span>
          </AriaButton>
        )}
        {view.call.quality.level === 'poor' && (
          <AriaButton className="head-chip head-chip-poor" onPress={() => onPanel('stats')}>
            <Wifi aria-hidden="true" />
            <span className="head-word">{m.tile.poor}</span>
          </AriaButton>
        )}
        {view.call.usage !== 'normal' && (
          <AriaButton className="head-chip" onPress={() => onPanel('settings')}>
            <Gauge aria-hidden="true" />
            <span className="head-word">{m.usage[view.call.usage].name}</span>
          </AriaButton>
        )}
        {view.locked && (
          <span className="head-locked">
            <LockKeyhole aria-hidden="true" />
            <span className="head-word">{m.room.locked}</span>
          </span>
        )}
        <StatusLine notices={view.notices} />
      </div>
      <div className="head-end">
        <PanicButton view={view} />
        <ViewMenu floating={floating} />
      </div>
      {narrow && <RecordingSign view={view} />}
    </header>
  );
});
