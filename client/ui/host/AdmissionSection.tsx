import type { Policy } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { PanelSection } from '../components/Panel.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { Select } from '../components/Select.tsx';
import { Switch } from '../components/Switch.tsx';
import { useActions } from '../meeting/useMeeting.ts';

const lockMinutes = [5, 10, 15, 30, 60];
const everyWho: readonly Policy['who'][] = ['anyone', 'invited', 'verified'];

/** Lock, waiting room, and who may come at all. */
export function AdmissionSection({ policy, locked }: { policy: Policy; locked: boolean }) {
  const m = useMessages();
  const actions = useActions();
  const { autoLockMinutes } = policy;
  const offered = autoLockMinutes === null ? lockMinutes : [...new Set([...lockMinutes, autoLockMinutes])];
  const choices = [
    { id: 'never', name: m.host.never },
    ...offered
      .toSorted((one, other) => one - other)
      .map((minutes) => ({ id: String(minutes), name: m.host.autoLockAfter(minutes) })),
  ];
  // Without a provider nobody can be verified; a rule that is in force is shown all the same.
  const offeredWho = everyWho.filter(
    (each) => policy.staff !== null || each === 'anyone' || each === policy.who,
  );
  return (
    <PanelSection title={m.host.admission}>
      <Switch
        name={m.host.lock}
        text={m.host.lockText}
        on={locked}
        onChange={(on) => actions.setLocked(on)}
      />
      <Switch
        name={m.host.lobby}
        text={m.host.lobbyText}
        on={policy.lobby}
        onChange={(lobby) => actions.setPolicy({ ...policy, lobby })}
      />
      {offeredWho.length > 1 && (
        <RadioCards<Policy['who']>
          label={m.host.whoLabel}
          value={policy.who}
          onChange={(who) => actions.setPolicy({ ...policy, who })}
          choices={offeredWho.map((value) => ({ value, ...m.host.who[value] }))}
        />
      )}
      {policy.staff === null && <p className="host-note">{m.host.noStaff}</p>}
      <Select
        label={m.host.autoLock}
        choices={choices}
        value={autoLockMinutes === null ? 'never' : String(autoLockMinutes)}
        onChange={(id) =>
          actions.setPolicy({ ...policy, autoLockMinutes: id === 'never' ? null : Number(id) })
        }
      />
    </PanelSection>
  );
}
