import { languages, languageTags } from '../../i18n/language.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { Select } from '../components/Select.tsx';
import { DeviceSelects } from '../meeting/DeviceSelects.tsx';
import { prefer, themes, usePreferences } from '../preferences.ts';

/** Devices, theme, language. */
export function SettingsPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const { language, theme } = usePreferences();
  return (
    <Panel title={m.settings.title} onClose={onClose}>
      <PanelSection title={m.settings.devices}>
        <DeviceSelects devices={view.devices} />
      </PanelSection>
      <PanelSection title={m.settings.appearance}>
        <Select
          label={m.settings.language}
          choices={languageTags.map((id) => ({ id, name: languages[id].name }))}
          value={language}
          onChange={(id) => {
            const tag = languageTags.find((each) => each === id);
            if (tag !== undefined) prefer('language', tag);
          }}
        />
        <Select
          label={m.settings.theme}
          choices={themes.map((id) => ({ id, name: m.settings.themes[id] }))}
          value={theme}
          onChange={(id) => {
            const chosen = themes.find((each) => each === id);
            if (chosen !== undefined) prefer('theme', chosen);
          }}
        />
      </PanelSection>
    </Panel>
  );
}
