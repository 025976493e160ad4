import type { Permission, Policy } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { useRecordingAllowed } from '../account/useAccounts.ts';
import { Select } from '../components/Select.tsx';
import { Switch } from '../components/Switch.tsx';
import { type RuledRole, withRight } from './policyChanges.ts';
import { RecordingRefused } from './RecordingRefused.tsx';
import './policy.css';

/** What hosts usually decide about those who are not hosts; the other rights come with the roles. */
const adjustable = [
  'speak',
  'camera',
  'share',
  'chat',
  'privateChat',
  'files',
  'react',
  'annotate',
  'rename',
  'record',
  'caption',
  'found',
] as const satisfies readonly Permission[];
const everyone: readonly RuledRole[] = ['participant', 'guest'];
const lockChoices: readonly (number | null)[] = [null, 5, 10, 15, 30, 60];
const goneChoices: readonly number[] = [5, 10, 30, 60];

interface Props {
  readonly policy: Policy;
  readonly onChange: (policy: Policy) => void;
}

/** The rules of a meeting, to be changed before it or during it. */
export function PolicyEditor({ policy, onChange }: Props) {
  const m = useMessages();
  const recordingAllowed = useRecordingAllowed();
  const set = (change: Partial<Policy>) => onChange({ ...policy, ...change });
  const who = withShown(policy.staff === null ? (['anyone'] as const) : whoChoices, policy.who);
  const locks = withShown(lockChoices, policy.autoLockMinutes);
  const gone = withShown(goneChoices, policy.hostGoneMinutes);
  return (
    <div className="rules">
      <section className="rules-part">
        <h3>{m.policy.comingIn}</h3>
        <Switch
          name={m.policy.lobby}
          text={m.policy.lobbyText}
          on={policy.lobby}
          onChange={(lobby) => set({ lobby })}
        />
        {who.length > 1 && (
          <Select
            label={m.policy.who}
            choices={who.map((id) => ({ id, name: m.policy.whoChoices[id] }))}
            value={policy.who}
            onChange={(id) => set({ who: who.find((each) => each === id) ?? policy.who })}
          />
        )}
        <Switch
          name={m.policy.muteOnEntry}
          text={m.policy.muteOnEntryText}
          on={policy.muteOnEntry}
          onChange={(muteOnEntry) => set({ muteOnEntry })}
        />
        <Select
          label={m.policy.autoLock}
          choices={locks.map((minutes) => ({
            id: String(minutes),
            name: minutes === null ? m.policy.never : m.host.autoLockAfter(minutes),
          }))}
          value={String(policy.autoLockMinutes)}
          onChange={(id) => set({ autoLockMinutes: id === 'null' ? null : Number(id) })}
        />
      </section>
      <section className="rules-part">
        <h3>{m.policy.may}</h3>
        <div>
          {adjustable
            .filter((right) => right !== 'record' || recordingAllowed)
            .map((right) => (
              <Switch
                key={right}
                name={m.policy.rightNames[right]}
                on={everyone.some((each) => policy.permissions[each].includes(right))}
                onChange={(on) => onChange(withRight(policy, everyone, right, on))}
              />
            ))}
        </div>
        <RecordingRefused />
      </section>
      <section className="rules-part">
        <h3>{m.policy.whenGone}</h3>
        <Select
          label={m.policy.hostGone}
          choices={goneKinds.map((id) => ({ id, name: m.policy.goneChoices[id] }))}
          value={policy.hostGone}
          onChange={(id) => set({ hostGone: goneKinds.find((each) => each === id) ?? policy.hostGone })}
        />
        {policy.hostGone === 'end' && (
          <Select
            label={m.policy.goneAfter}
            choices={gone.map((minutes) => ({ id: String(minutes), name: m.policy.afterMinutes(minutes) }))}
            value={String(policy.hostGoneMinutes)}
            onChange={(id) => set({ hostGoneMinutes: Number(id) })}
          />
        )}
        <Switch
          name={m.policy.watermark}
          text={m.policy.watermarkText}
          on={policy.watermark}
          onChange={(watermark) => set({ watermark })}
        />
      </section>
    </div>
  );
}

const whoChoices = ['anyone', 'invited', 'verified'] as const;
const goneKinds = ['continue', 'freeze', 'end'] as const;

/** The choices there are, with the present one even where it is none of them. */
function withShown<Value>(choices: readonly Value[], shown: Value): readonly Value[] {
  return choices.includes(shown) ? choices : [...choices, shown];
}
