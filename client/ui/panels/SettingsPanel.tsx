import { languages, languageTags } from '../../i18n/language.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Select } from '../components/Select.tsx';
import { Switch } from '../components/Switch.tsx';
import { DeviceSelects } from '../meeting/DeviceSelects.tsx';
import { PermissionHelp } from '../meeting/PermissionHelp.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { prefer, themes, usePreferences } from '../preferences.ts';
import { EffectsSettings } from './EffectsSettings.tsx';
import { noiseWork } from './effectWork.ts';

const usages = ['normal', 'low-data', 'audio-only'] as const;

/** Devices, how they are used, data, theme, language. */
export function SettingsPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const actions = useActions();
  const { language, theme, shortcuts, arrivalSound } = usePreferences();
  const { devices, call } = view;
  const noise = noiseWork(call.effects, m, useFormat());
  return (
    <Panel title={m.settings.title} onClose={onClose}>
      <PanelSection title={m.settings.devices}>
        <PermissionHelp devices={devices} />
        <DeviceSelects devices={devices} />
        <Switch
          name={m.settings.mirrored}
          text={m.settings.mirroredText}
          on={devices.mirrored}
          onChange={(on) => actions.setMirrored(on)}
        />
      </PanelSection>
      <PanelSection title={m.settings.speaking}>
        <Switch
          name={m.settings.pushToTalk}
          text={m.settings.pushToTalkText}
          on={devices.pushToTalk}
          onChange={(on) => actions.setPushToTalk(on)}
        />
        {call.effects.canChangeSound && (
          <Switch
            name={m.settings.noise}
            text={noise === null ? m.settings.noiseText : m.common.sentences(m.settings.noiseText, noise)}
            on={call.effects.noiseSuppression}
            onChange={(on) => actions.setNoiseSuppression(on)}
            disabled={devices.musicMode}
          />
        )}
        <Switch
          name={m.settings.music}
          text={m.settings.musicText}
          on={devices.musicMode}
          onChange={(on) => actions.setMusicMode(on)}
        />
      </PanelSection>
      <PanelSection title={m.sounds.title}>
        <Switch
          name={m.sounds.arrivals}
          text={m.sounds.arrivalsText}
          on={arrivalSound}
          onChange={(on) => prefer('arrivalSound', on)}
        />
      </PanelSection>
      {call.effects.canChangePicture && <EffectsSettings effects={call.effects} />}
      <PanelSection title={m.settings.data}>
        <RadioCards
          label={m.settings.data}
          labelHidden
          choices={usages.map((value) => ({ value, ...m.usage[value] }))}
          value={call.usage}
          onChange={(usage) => actions.setUsage(usage)}
        />
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
        <Switch
          name={m.shortcuts.use}
          text={m.shortcuts.text}
          on={shortcuts}
          onChange={(on) => prefer('shortcuts', on)}
        />
      </PanelSection>
    </Panel>
  );
}
