import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import type { PolicyChange } from './policyChange.ts';

/** One change of the rules in words. */
export function changeWords(change: PolicyChange, m: Messages, format: Format): string {
  switch (change.about) {
    case 'lobby':
      return m.changes.lobby(change.on);
    case 'muteOnEntry':
      return m.changes.muteOnEntry(change.on);
    case 'watermark':
      return m.changes.watermark(change.on);
    case 'who':
      return m.changes.who(m.host.who[change.who].name);
    case 'autoLock':
      return m.changes.autoLock(change.minutes);
    case 'hostGone':
      return m.changes.hostGone(m.host.goneModes[change.next].name);
    case 'right': {
      const right = m.permissions[change.right].name;
      const who = format.list(change.roles.map((role) => m.roles[role]));
      return change.given ? m.changes.given(right, who) : m.changes.taken(right, who);
    }
  }
}
