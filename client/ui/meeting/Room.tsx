import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MeetingView } from '../../meeting/view.ts';
import { withoutAway } from '../breakout/roomName.ts';
import { unreadSince } from '../chat/draft.ts';
import { useArrivalSound } from '../host/useArrivalSound.ts';
import { usePanicKey } from '../host/usePanicKey.ts';
import { prefer, usePreferences } from '../preferences.ts';
import { Announcer } from './Announcer.tsx';
import { Banners } from './Banners.tsx';
import { Captions } from './Captions.tsx';
import { ControlBar } from './ControlBar.tsx';
import { useCalmView } from './calmView.ts';
import { RecordDialog, RecorderBar } from './RecorderBar.tsx';
import { LeaveDialog, LinkDialog, ServerDialog, ShortcutsDialog } from './RoomDialogs.tsx';
import { RoomHead } from './RoomHead.tsx';
import { type PanelName, RoomPanel } from './RoomPanel.tsx';
import { SoundOutput, useSound } from './Sound.tsx';
import { Stage } from './Stage.tsx';
import { type LayoutMode, layoutModes } from './stagePlan.ts';
import { useFloatingWindow } from './useFloatingWindow.ts';
import { useFullScreen } from './useFullScreen.ts';
import { useNarrow } from './useMediaQuery.ts';
import { selfOf, useActions } from './useMeeting.ts';
import { usePushToTalk } from './usePushToTalk.ts';
import { useRecordingCue } from './useRecordingCue.ts';
import type { RoomMemory } from './useRoomMemory.ts';
import { useShortcuts } from './useShortcuts.ts';
import { useWakeLock } from './useWakeLock.ts';
import './Room.css';

export type DialogName = 'leave' | 'shortcuts' | 'server' | 'link' | 'record';

interface Props extends RoomMemory {
  readonly view: MeetingView;
}

/** The meeting: people, one bar of controls, panels at the side. */
export function Room({ view, draft, onDraft, panel, onPanel: setPanel }: Props) {
  const actions = useActions();
  const calm = useCalmView(view);
  const staged = withoutAway(view);
  const narrow = useNarrow();
  const { shortcuts, layout, captions } = usePreferences();
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [boardOpen, setBoardOpen] = useState(false);
  const latest = view.chat.at(-1)?.id ?? null;
  const [seen, setSeen] = useState(latest);
  const sound = useSound();
  const floating = useFloatingWindow();
  const fullScreen = useFullScreen();
  useWakeLock();
  useRecordingCue(view);
  useArrivalSound(calm);
  const opener = useRef<HTMLElement | null>(null);
  const more = useRef<HTMLButtonElement>(null);

  const showPanel = useCallback(
    (name: PanelName) => {
      const active = document.activeElement;
      // What opened the panel gets focus back: of a menu the button, for its entry is gone by then, and of another
      // panel whatever opened that.
      if (active?.closest('[role=menu]')) opener.current = more.current;
      else if (active instanceof HTMLElement && active !== document.body && !active.closest('.panel')) {
        opener.current = active;
      }
      setPanel(name);
    },
    [setPanel],
  );

  const closePanel = useCallback(() => {
    setPanel(null);
    const back = opener.current?.isConnected ? opener.current : more.current;
    // After React has lifted `inert`, which refuses focus. Another panel may have been opened meanwhile, and has it.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) back?.focus();
    });
  }, [setPanel]);

  const togglePanel = useCallback(
    (name: PanelName) => (panel === name ? closePanel() : showPanel(name)),
    [panel, closePanel, showPanel],
  );

  useEffect(() => {
    if (panel === 'chat') setSeen(latest);
  }, [panel, latest]);

  const self = selfOf(view);
  const [ask] = view.asks;
  useShortcuts(shortcuts, {
    m: () => actions.setMicrophone(self?.sources.microphone.state !== 'live'),
    v: () => actions.setCamera(self?.sources.camera.state !== 'live'),
    h: () => actions.setHand(self?.hand === null),
    c: () => togglePanel('chat'),
    p: () => togglePanel('people'),
    f: fullScreen.toggle,
    l: () => prefer('layout', after(layout)),
    '?': () => setDialog('shortcuts'),
    ...(ask ? { y: () => actions.answerAsk(ask.id, true), n: () => actions.answerAsk(ask.id, false) } : {}),
  });
  usePanicKey(shortcuts, view);

  const muted = self?.sources.microphone.state !== 'live' && self?.sources.microphone.state !== 'blocked';
  const { pushToTalk } = view.devices;
  usePushToTalk(shortcuts || pushToTalk, muted && view.rights.has('speak'), (on) =>
    pushToTalk ? actions.talk(on) : actions.setMicrophone(on),
  );

  const unread = panel === 'chat' ? 0 : unreadSince(view.chat, seen);
  const shown = useMemo(() => ({ chat: panel === 'chat', people: panel === 'people' }), [panel]);
  const behind = narrow && panel !== null;
  const toggleBoard = useCallback(() => setBoardOpen((open) => !open), []);
  const closeBoard = useCallback(() => {
    setBoardOpen(false);
    more.current?.focus();
  }, []);
  const showServer = useCallback(() => setDialog('server'), []);
  const closeDialog = () => setDialog(null);

  return (
    <div className="room stage-surface" data-theme="dark">
      <div className="room-top" inert={behind}>
        <RoomHead
          view={calm}
          floating={floating}
          onPanel={togglePanel}
          onBoard={!boardOpen && isDrawnOn(view) ? toggleBoard : null}
        />
        <div className="banners">
          <RecorderBar recorder={calm.recorder} />
        </div>
        <Banners view={calm} sound={sound} panel={panel} onPanel={showPanel} />
      </div>
      <div className="room-stage" inert={behind}>
        <Stage
          view={staged}
          floating={floating.target}
          onCloseBoard={boardOpen ? closeBoard : null}
          {...(captions ? { captions: <Captions captions={view.captions} /> } : {})}
        />
      </div>
      {panel !== null && (
        <RoomPanel
          view={calm}
          panel={panel}
          draft={draft}
          onDraft={onDraft}
          onClose={closePanel}
          onServer={showServer}
        />
      )}
      <div className="room-bar" inert={behind}>
        <ControlBar
          view={calm}
          panel={panel}
          unread={unread}
          onPanel={togglePanel}
          onDialog={setDialog}
          boardOpen={boardOpen}
          onBoard={toggleBoard}
          moreRef={more}
        />
      </div>
      <SoundOutput members={calm.members} speaker={calm.devices.speaker} sound={sound} />
      <Announcer view={calm} shown={shown} />
      {dialog === 'leave' && <LeaveDialog view={view} onClose={closeDialog} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={closeDialog} />}
      {dialog === 'server' && <ServerDialog onClose={closeDialog} />}
      {dialog === 'record' && <RecordDialog onClose={closeDialog} />}
      {dialog === 'link' && <LinkDialog link={view.link} onClose={closeDialog} />}
    </div>
  );
}

/** Whether there is something to see on the whiteboard. */
const isDrawnOn = ({ boardElements }: MeetingView) => boardElements.some(({ shape }) => shape.on === 'board');

const after = (mode: LayoutMode): LayoutMode =>
  layoutModes[(layoutModes.indexOf(mode) + 1) % layoutModes.length] ?? 'auto';
