import type { Policy } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Select } from '../components/Select.tsx';
import { useActions } from '../meeting/useMeeting.ts';

const modes: readonly Policy['hostGone'][] = ['continue', 'freeze', 'end'];
const minutesOffered = [1, 5, 10, 15, 30, 60, 120];

/** What happens when the last host is gone, said before it happens. */
export function GoneSection({ policy }: { policy: Policy }) {
  const m = useMessages();
  const actions = useActions();
  const { hostGone, hostGoneMinutes } = policy;
  const offered = [...new Set([...minutesOffered, hostGoneMinutes])].toSorted((one, other) => one - other);
  return (
    <PanelSection title={m.host.gone}>
      <RadioCards<Policy['hostGone']>
        label={m.host.gone}
        labelHidden
        value={hostGone}
        onChange={(next) => actions.setPolicy({ ...policy, hostGone: next })}
        choices={modes.map((value) => ({ value, ...m.host.goneModes[value] }))}
      />
      {hostGone === 'end' && (
        <Select
          label={m.host.goneMinutes}
          choices={offered.map((minutes) => ({ id: String(minutes), name: m.host.minutes(minutes) }))}
          value={String(hostGoneMinutes)}
          onChange={(id) => actions.setPolicy({ ...policy, hostGoneMinutes: Number(id) })}
        />
      )}
    </PanelSection>
  );
}
