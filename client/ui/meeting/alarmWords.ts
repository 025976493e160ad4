import type { DeviceKey } from '../../../shared/ids.ts';
import type { Messages } from '../../i18n/en.ts';
import type { Alarm, AlarmView } from '../../meeting/noticeView.ts';
import type { MemberView } from '../../meeting/view.ts';

/** An alarm in words: what happened, what is at risk, what to do. */
export interface AlarmWords {
  readonly title: string;
  readonly risk: string;
  readonly action: string;
}

/** An alarm in words, with the names of those it is about. */
export function alarmWords(alarm: Alarm, members: readonly MemberView[], m: Messages): AlarmWords {
  const nameOf = (device: DeviceKey | null) =>
    members.find((member) => member.device === device)?.name ?? m.alarms.unknown;
  switch (alarm.kind) {
    case 'ghost':
      return { ...m.alarms.ghost, title: m.alarms.ghost.title(alarm.devices.length) };
    case 'fork':
    case 'downgrade':
    case 'stale':
    case 'own-media-stopped':
      return m.alarms[alarm.kind];
    case 'refused-commit':
    case 'unsealed-media': {
      const words = m.alarms[alarm.kind];
      return { ...words, title: words.title(nameOf(alarm.device)) };
    }
    case 'identity-changed': {
      const words = m.alarms['identity-changed'];
      return { ...words, title: words.title(alarm.name) };
    }
  }
}

/** What may mean a listener comes first; what this device has refused by itself comes last. */
const gravity: readonly Alarm['kind'][] = [
  'ghost',
  'fork',
  'unsealed-media',
  'identity-changed',
  'own-media-stopped',
  'stale',
  'downgrade',
  'refused-commit',
];

/** The alarm to show where there is room for one; of equals the latest. */
export function gravest(alarms: readonly AlarmView[]): AlarmView | undefined {
  const [first] = alarms
    .toReversed()
    .toSorted((one, other) => gravity.indexOf(one.alarm.kind) - gravity.indexOf(other.alarm.kind));
  return first;
}
