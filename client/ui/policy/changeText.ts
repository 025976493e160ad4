import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import type { PolicyChange } from './policyChanges.ts';

/** A change of the rules in one sentence. */
export function changeText(change: PolicyChange, m: Messages, format: Format): string {
  switch (change.rule) {
    case 'lobby':
      return change.on ? m.policy.changes.lobbyOn : m.policy.changes.lobbyOff;
    case 'muteOnEntry':
      return change.on ? m.policy.changes.muteOn : m.policy.changes.muteOff;
    case 'watermark':
      return change.on ? m.policy.changes.watermarkOn : m.policy.changes.watermarkOff;
    case 'who':
      return m.policy.changes.who[change.who];
    case 'staff':
      return m.policy.changes.staff;
    case 'label':
      return m.policy.changes.label;
    case 'otherOperator':
      return m.policy.changes.otherOperator;
    case 'regions':
      return change.regions === null
        ? m.policy.changes.anywhere
        : m.policy.changes.regions(format.list(change.regions));
    case 'hostGone':
      return change.hostGone === 'end'
        ? m.policy.changes.hostGoneEnd(change.minutes)
        : m.policy.changes.hostGone[change.hostGone];
    case 'autoLock':
      return change.minutes === null
        ? m.policy.changes.autoLockOff
        : m.policy.changes.autoLockOn(change.minutes);
    case 'right': {
      const who = format.list(change.roles.map((role) => m.policy.roles[role]));
      const what = m.policy.rights[change.right];
      return change.given ? m.policy.changes.may(who, what) : m.policy.changes.mayNot(who, what);
    }
  }
}
