import type { Messages } from '../../i18n/en.ts';
import type { MeetingView } from '../../meeting/view.ts';

/** Names of those who record, this person first. */
export function recorderNames(view: Pick<MeetingView, 'members' | 'recording'>, m: Messages): string[] {
  return view.members
    .filter(({ device }) => view.recording.includes(device))
    .sort((one, other) => Number(other.self) - Number(one.self))
    .map(({ self, name }) => (self ? m.recording.you : name));
}
