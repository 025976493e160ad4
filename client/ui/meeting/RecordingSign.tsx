import { Disc } from 'lucide-react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { recorderNames } from './recorders.ts';
import './Recording.css';

/** Who records now, for as long as it lasts. */
export function RecordingSign({ view }: { view: MeetingView }) {
  const m = useMessages();
  const format = useFormat();
  const names = recorderNames(view, m);
  if (names.length === 0) return null;
  const onlySelf = view.recording.length === 1 && view.members.some(isSelf);
  const sentence = onlySelf
    ? m.recording.signYou
    : names.length === 1
      ? m.recording.sign(names[0] ?? '')
      : m.recording.signMany(format.list(names));
  return (
    <span className="recording-sign">
      <Disc aria-hidden="true" />
      <span className="recording-sign-text">{sentence}</span>
    </span>
  );

  function isSelf(member: MeetingView['members'][number]): boolean {
    return member.self && view.recording.includes(member.device);
  }
}
