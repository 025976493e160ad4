import { memo, type ReactNode, useEffect, useState } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import type { ChatDraft } from '../chat/draft.ts';
import { Spinner } from '../components/Spinner.tsx';
import { later, Part } from '../later.tsx';

// Each is fetched when it is first opened.
const ChatPanel = later(async () => (await import('../panels/ChatPanel.tsx')).ChatPanel);
const PeoplePanel = later(async () => (await import('../panels/PeoplePanel.tsx')).PeoplePanel);
const CaptionsPanel = later(async () => (await import('../panels/CaptionsPanel.tsx')).CaptionsPanel);
const ActivitiesPanel = later(
  async () => (await import('../panels/activities/ActivitiesPanel.tsx')).ActivitiesPanel,
);
const BreakoutPanel = later(async () => (await import('../breakout/BreakoutPanel.tsx')).BreakoutPanel);
const HostPanel = later(async () => (await import('../panels/HostPanel.tsx')).HostPanel);
const InvitePanel = later(async () => (await import('../invite/InvitePanel.tsx')).InvitePanel);
const SealPanel = later(async () => (await import('../panels/SealPanel.tsx')).SealPanel);
const SettingsPanel = later(async () => (await import('../panels/SettingsPanel.tsx')).SettingsPanel);
const StatsPanel = later(async () => (await import('../panels/StatsPanel.tsx')).StatsPanel);

export type PanelName =
  | 'chat'
  | 'people'
  | 'seal'
  | 'settings'
  | 'stats'
  | 'host'
  | 'invite'
  | 'captions'
  | 'activities'
  | 'breakout';

interface Props {
  readonly view: MeetingView;
  readonly panel: PanelName;
  readonly draft: ChatDraft;
  readonly onDraft: (draft: ChatDraft) => void;
  readonly onClose: () => void;
  readonly onServer: () => void;
}

/** The one panel that is open beside the stage. */
export const RoomPanel = memo(function RoomPanel({ view, panel, draft, onDraft, onClose, onServer }: Props) {
  return (
    <PanelSide>
      {panel === 'chat' && <ChatPanel view={view} draft={draft} onDraft={onDraft} onClose={onClose} />}
      {panel === 'people' && <PeoplePanel view={view} onClose={onClose} />}
      {panel === 'activities' && <ActivitiesPanel view={view} onClose={onClose} />}
      {panel === 'seal' && <SealPanel view={view} onClose={onClose} onServer={onServer} />}
      {panel === 'stats' && <StatsPanel view={view} onClose={onClose} />}
      {panel === 'settings' && <SettingsPanel view={view} onClose={onClose} />}
      {panel === 'invite' && <InvitePanel view={view} onClose={onClose} />}
      {panel === 'captions' && <CaptionsPanel view={view} onClose={onClose} />}
      {panel === 'breakout' && <BreakoutPanel view={view} onClose={onClose} />}
      {panel === 'host' && <HostPanel view={view} onClose={onClose} />}
    </PanelSide>
  );
});

function PanelLoading() {
  const m = useMessages();
  return (
    <div className="panel panel-loading">
      <Spinner text={m.common.loading} />
    </div>
  );
}

// The panel follows the theme of the page, not the dark of the stage.
function PanelSide({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  useEffect(() => {
    const root = document.documentElement;
    const observer = new MutationObserver(() => setTheme(root.dataset.theme));
    observer.observe(root, { attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return (
    <div className="room-panel" data-theme={theme}>
      <Part waiting={<PanelLoading />}>{children}</Part>
    </div>
  );
}
