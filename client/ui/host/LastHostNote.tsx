import { useMessages } from '../../i18n/messages.tsx';
import type { MeetingView, MemberView } from '../../meeting/view.ts';

const isStaff = ({ role }: MemberView) => role === 'host' || role === 'cohost';

/** Tells the last host what their going brings, before they go. */
export function LastHostNote({ view }: { view: MeetingView }) {
  const m = useMessages();
  const { members, policy } = view;
  const staff = members.filter(isStaff);
  if (policy === null || members.length === 1 || staff.length !== 1 || !staff[0]?.self) return null;
  const { hostGone, hostGoneMinutes } = policy;
  return <p>{hostGone === 'end' ? m.hostGone.lastEnd(hostGoneMinutes) : m.hostGone.last[hostGone]}</p>;
}
