import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Spinner } from '../components/Spinner.tsx';
import { ChatPanel } from '../panels/ChatPanel.tsx';
import { PeoplePanel } from '../panels/PeoplePanel.tsx';
import { prefer, usePreferences } from '../preferences.ts';
import { Announcer } from './Announcer.tsx';
import { Banners } from './Banners.tsx';
import { ControlBar } from './ControlBar.tsx';
import { LeaveDialog, LinkDialog, ServerDialog, ShortcutsDialog } from './RoomDialogs.tsx';
import { RoomHead } from './RoomHead.tsx';
import { SoundOutput, useSound } from './Sound.tsx';
import { Stage } from './Stage.tsx';
import { type LayoutMode, layoutModes } from './stagePlan.ts';
import { useFloatingWindow } from './useFloatingWindow.ts';
import { useFullScreen } from './useFullScreen.ts';
import { useNarrow } from './useMediaQuery.ts';
import { selfOf, useActions } from './useMeeting.ts';
import { usePushToTalk } from './usePushToTalk.ts';
import { useShortcuts } from './useShortcuts.ts';
import { useWakeLock } from './useWakeLock.ts';
import './Room.css';

// What is rarely opened is fetched when it is.
const HostPanel = lazy(async () => ({ default: (await import('../panels/HostPanel.tsx')).HostPanel }));
const SealPanel = lazy(async () => ({ default: (await import('../panels/SealPanel.tsx')).SealPanel }));
const SettingsPanel = lazy(async () => ({
  default: (await import('../panels/SettingsPanel.tsx')).SettingsPanel,
}));
const StatsPanel = lazy(async () => ({ default: (await import('../panels/StatsPanel.tsx')).StatsPanel }));

export type PanelName = 'chat' | 'people' | 'seal' | 'settings' | 'stats' | 'host';
export type DialogName = 'leave' | 'shortcuts' | 'server' | 'link';

/** The meeting: people, one bar of controls, panels at the side. */
export function Room({ view }: { view: MeetingView }) {
  const actions = useActions();
  const narrow = useNarrow();
  const { shortcuts, layout } = usePreferences();
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [draft, setDraft] = useState('');
  const [seen, setSeen] = useState(view.chat.length);
  const sound = useSound();
  const floating = useFloatingWindow();
  const fullScreen = useFullScreen();
  useWakeLock();
  const opener = useRef<HTMLElement | null>(null);
  const more = useRef<HTMLButtonElement>(null);

  const showPanel = useCallback((name: PanelName) => {
    const active = document.activeElement;
    // What opened the panel gets focus back; an entry of a menu is gone by then, its menu's button is not.
    opener.current =
      active instanceof HTMLElement && active.closest('[role=menu]') === null ? active : more.current;
    setPanel(name);
  }, []);

  const closePanel = useCallback(() => {
    setPanel(null);
    const back = opener.current?.isConnected ? opener.current : more.current;
    // After React has lifted `inert`, which refuses focus.
    requestAnimationFrame(() => back?.focus());
  }, []);

  const togglePanel = useCallback(
    (name: PanelName) => (panel === name ? closePanel() : showPanel(name)),
    [panel, closePanel, showPanel],
  );

  useEffect(() => {
    if (panel === 'chat') setSeen(view.chat.length);
  }, [panel, view.chat.length]);

  const self = selfOf(view);
  useShortcuts(shortcuts, {
    m: () => actions.setMicrophone(self?.sources.microphone.state !== 'live'),
    v: () => actions.setCamera(self?.sources.camera.state !== 'live'),
    h: () => actions.setHand(self?.hand === null),
    c: () => togglePanel('chat'),
    p: () => togglePanel('people'),
    f: fullScreen.toggle,
    l: () => prefer('layout', after(layout)),
    '?': () => setDialog('shortcuts'),
  });

  const muted = self?.sources.microphone.state !== 'live' && self?.sources.microphone.state !== 'blocked';
  const { pushToTalk } = view.devices;
  usePushToTalk(shortcuts || pushToTalk, muted && view.rights.has('speak'), (on) =>
    pushToTalk ? actions.talk(on) : actions.setMicrophone(on),
  );

  const unread = panel === 'chat' ? 0 : view.chat.slice(seen).filter((message) => !message.self).length;
  const shown = useMemo(() => ({ chat: panel === 'chat', people: panel === 'people' }), [panel]);
  const behind = narrow && panel !== null;
  const closeDialog = () => setDialog(null);

  return (
    <div className="room stage-surface" data-theme="dark">
      <div className="room-top" inert={behind}>
        <RoomHead
          view={view}
          floating={floating}
          onSeal={() => togglePanel('seal')}
          onPeople={() => togglePanel('people')}
          onQuality={() => togglePanel('stats')}
          onUsage={() => togglePanel('settings')}
        />
        <Banners
          view={view}
          sound={sound}
          peopleOpen={panel === 'people'}
          onSeal={() => showPanel('seal')}
          onPeople={() => showPanel('people')}
          onSettings={() => showPanel('settings')}
        />
      </div>
      <div className="room-stage" inert={behind}>
        <Stage view={view} floating={floating.target} />
      </div>
      {panel !== null && (
        <PanelSide>
          {panel === 'chat' && (
            <ChatPanel view={view} draft={draft} onDraft={setDraft} onClose={closePanel} />
          )}
          {panel === 'people' && <PeoplePanel view={view} onClose={closePanel} />}
          {panel === 'seal' && (
            <SealPanel view={view} onClose={closePanel} onServer={() => setDialog('server')} />
          )}
          {panel === 'stats' && <StatsPanel view={view} onClose={closePanel} />}
          {panel === 'settings' && <SettingsPanel view={view} onClose={closePanel} />}
          {panel === 'host' && <HostPanel view={view} onClose={closePanel} />}
        </PanelSide>
      )}
      <div className="room-bar" inert={behind}>
        <ControlBar
          view={view}
          panel={panel}
          unread={unread}
          onPanel={togglePanel}
          onDialog={setDialog}
          moreRef={more}
        />
      </div>
      <SoundOutput members={view.members} speaker={view.devices.speaker} sound={sound} />
      <Announcer view={view} shown={shown} />
      {dialog === 'leave' && <LeaveDialog view={view} onClose={closeDialog} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={closeDialog} />}
      {dialog === 'server' && <ServerDialog onClose={closeDialog} />}
      {dialog === 'link' && <LinkDialog link={view.link} onClose={closeDialog} />}
    </div>
  );
}

const after = (mode: LayoutMode): LayoutMode =>
  layoutModes[(layoutModes.indexOf(mode) + 1) % layoutModes.length] ?? 'auto';

function PanelLoading() {
  const m = useMessages();
  return (
    <div className="panel panel-loading">
      <Spinner text={m.common.loading} />
    </div>
  );
}

// The panel follows the theme of the page, not the dark of the stage.
function PanelSide({ children }: { children: React.ReactNode }) {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  useEffect(() => {
    const root = document.documentElement;
    const observer = new MutationObserver(() => setTheme(root.dataset.theme));
    observer.observe(root, { attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return (
    <div className="room-panel" data-theme={theme}>
      <Suspense fallback={<PanelLoading />}>{children}</Suspense>
    </div>
  );
}
