import { useState } from 'react';
import type { Permission, Policy } from '../../../shared/roles.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { useRecordingAllowed } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { CheckBox } from '../components/CheckList.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { policyChanges, type RuledRole, ruledRoles, withRight } from '../policy/policyChanges.ts';
import { RecordingRefused } from '../policy/RecordingRefused.tsx';
import { has } from './hostRules.ts';
import './PermissionDialog.css';

const groups: Readonly<Record<'speak' | 'write' | 'work' | 'run', readonly Permission[]>> = {
  speak: ['speak', 'camera', 'share', 'react'],
  write: ['chat', 'chatHosts', 'privateChat', 'files', 'rename'],
  work: ['annotate', 'caption', 'record', 'found'],
  run: ['admit', 'remove', 'moderate', 'govern', 'grant', 'invite', 'breakout', 'end'],
};
const groupNames = ['speak', 'write', 'work', 'run'] as const;

interface Props {
  readonly policy: Policy;
  readonly view: MeetingView;
  readonly onClose: () => void;
}

/** Every right of every role. Nothing is in force before it is applied. */
export function PermissionDialog({ policy, view, onClose }: Props) {
  const m = useMessages();
  const actions = useActions();
  const recordingAllowed = useRecordingAllowed();
  // The rules as they were when this was opened: another host may change them meanwhile.
  const [base] = useState(policy);
  const [draft, setDraft] = useState(base);
  const changes = policyChanges(base, draft).flatMap((change) =>
    change.rule === 'right' ? change.roles.map((role) => `${role} ${change.right}`) : [],
  );
  // Nobody below host confers a right that their own role lacks.
  const lacking = (role: RuledRole, right: Permission) =>
    view.role !== 'host' && !view.rights.has(right) && !has(policy, role, right);
  const anyLacking = Object.values(groups).some((rights) =>
    rights.some((right) => ruledRoles.some((role) => lacking(role, right))),
  );
  return (
    <Dialog
      title={m.host.matrix}
      onClose={onClose}
      wide
      actions={
        <>
          <p className="matrix-count" role="status">
            {m.host.matrixChanges(changes.length)}
          </p>
          <Button onPress={onClose}>{m.common.cancel}</Button>
          <Button
            tone="primary"
            disabled={changes.length === 0}
            onPress={() => {
              actions.setPolicy(draft, base);
              onClose();
            }}
          >
            {m.host.apply}
          </Button>
        </>
      }
    >
      <p>{anyLacking ? m.host.matrixLacking : m.host.matrixText}</p>
      <RecordingRefused />
      <div className="matrix-head" aria-hidden="true">
        <span />
        {ruledRoles.map((role) => (
          <span key={role}>{m.roles[role]}</span>
        ))}
      </div>
      {groupNames.map((group) => (
        <section key={group} className="matrix-group">
          <h3>{m.host.groups[group]}</h3>
          {groups[group]
            .filter((right) => right !== 'record' || recordingAllowed)
            .map((right) => (
              <fieldset key={right} className="matrix-row">
                <legend className="matrix-words">
                  <span className="matrix-name">{m.permissions[right].name}</span>
                  <span className="matrix-text">{m.permissions[right].text}</span>
                </legend>
                {ruledRoles.map((role) => (
                  <div
                    key={role}
                    className="matrix-cell"
                    data-changed={has(base, role, right) !== has(draft, role, right)}
                  >
                    <CheckBox
                      name={m.roles[role]}
                      on={has(draft, role, right)}
                      disabled={lacking(role, right)}
                      onChange={(on) => setDraft(withRight(draft, [role], right, on))}
                    />
                  </div>
                ))}
              </fieldset>
            ))}
        </section>
      ))}
    </Dialog>
  );
}
