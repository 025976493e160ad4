import { Ban, ImagePlus } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button as AriaButton, Label, Radio, RadioGroup } from 'react-aria-components';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import { type Background, sceneColours, scenes } from '../../media/effects/background.ts';
import type { EffectsView } from '../../meeting/callView.ts';
import { PanelSection } from '../components/Panel.tsx';
import { Switch } from '../components/Switch.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { pictureWork } from './effectWork.ts';
import './EffectsSettings.css';

/** What stands behind oneself, and how bright one's picture is. Everything happens on the device. */
export function EffectsSettings({ effects }: { effects: EffectsView }) {
  const m = useMessages();
  const actions = useActions();
  const file = useRef<HTMLInputElement>(null);
  const format = useFormat();
  const value = nameOf(effects.background);
  const brightening = pictureWork('brighten', effects, m, format);

  function choose(name: string): void {
    if (name === 'none') actions.setBackground({ kind: 'none' });
    if (name === 'light' || name === 'strong') actions.setBackground({ kind: 'blur', strength: name });
    const scene = scenes.find((each) => each === name);
    if (scene !== undefined) actions.setBackground({ kind: 'scene', scene });
  }

  return (
    <PanelSection title={m.effects.title}>
      <RadioGroup className="backgrounds" value={value} onChange={choose}>
        <Label className="visually-hidden">{m.effects.title}</Label>
        <Choice value="none" name={m.effects.none}>
          <Ban aria-hidden="true" />
        </Choice>
        <Choice value="light" name={m.effects.light}>
          <span className="background-blur" data-strength="light" />
        </Choice>
        <Choice value="strong" name={m.effects.strong}>
          <span className="background-blur" data-strength="strong" />
        </Choice>
        {scenes.map((scene) => (
          <Choice key={scene} value={scene} name={m.effects.scenes[scene]}>
            <span
              className="background-scene"
              style={{ backgroundImage: `linear-gradient(${sceneColours[scene].join(', ')})` }}
            />
          </Choice>
        ))}
      </RadioGroup>
      <div className="background-own">
        <AriaButton className="button button-plain button-s" onPress={() => file.current?.click()}>
          <ImagePlus aria-hidden="true" />
          <span>{m.effects.picture}</span>
        </AriaButton>
        <input
          ref={file}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          hidden
          onChange={(event) => {
            const [picture] = event.target.files ?? [];
            if (picture !== undefined) actions.setBackground({ kind: 'picture', picture });
            event.target.value = '';
          }}
        />
        {value === 'picture' && <span>{m.effects.pictureInUse}</span>}
      </div>
      <p className="effects-note" role="status">
        {pictureWork('background', effects, m, format) ?? m.effects.local}
      </p>
      <Switch
        name={m.effects.brighten}
        text={
          brightening === null
            ? m.effects.brightenText
            : m.common.sentences(m.effects.brightenText, brightening)
        }
        on={effects.brighten}
        onChange={(on) => actions.setBrighten(on)}
      />
    </PanelSection>
  );
}

function nameOf(background: Background): string {
  switch (background.kind) {
    case 'blur':
      return background.strength;
    case 'scene':
      return background.scene;
    default:
      return background.kind;
  }
}

function Choice({ value, name, children }: { value: string; name: string; children: ReactNode }) {
  return (
    <Radio value={value} className="background">
      <span className="background-sample" aria-hidden="true">
        {children}
      </span>
      <span className="background-name">{name}</span>
    </Radio>
  );
}
