import { type FormEvent, useEffect, useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import type { Policy } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import { useActions } from '../meeting/useMeeting.ts';

/** Classification on every page, and the watermark. */
export function MarkingSection({ policy, label }: { policy: Policy; label: string | null }) {
  const m = useMessages();
  const actions = useActions();
  const [text, setText] = useState(label ?? '');
  useEffect(() => setText(label ?? ''), [label]);
  const save = (event: FormEvent) => {
    event.preventDefault();
    actions.setLabel(text.trim() === '' ? null : text.trim());
  };
  return (
    <PanelSection title={m.host.marking}>
      <form className="host-label" onSubmit={save}>
        <TextField
          label={m.host.label}
          description={m.host.labelHelp}
          value={text}
          onChange={setText}
          maxLength={limits.labelCharacters}
        />
        <Button type="submit" disabled={text.trim() === (label ?? '')}>
          {m.host.labelSave}
        </Button>
      </form>
      <Switch
        name={m.host.watermark}
        text={m.host.watermarkText}
        on={policy.watermark}
        onChange={(watermark) => actions.setPolicy({ ...policy, watermark })}
      />
    </PanelSection>
  );
}
