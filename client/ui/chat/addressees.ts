import type { Addressee } from '../../meeting/chatView.ts';
import type { MeetingView, MemberView } from '../../meeting/view.ts';

type Rights = Pick<MeetingView, 'rights' | 'members'>;

const isHost = ({ role }: MemberView) => role === 'host' || role === 'cohost';

/** Whether the person on screen may write to a member alone. */
export function mayWriteTo({ rights }: Pick<Rights, 'rights'>, member: MemberView): boolean {
  if (member.self) return false;
  return rights.has('privateChat') || (isHost(member) && rights.has('chatHosts'));
}

/** Everybody the person may write to now, in the order they are offered. */
export function addressees(view: Rights): Addressee[] {
  const { rights, members } = view;
  const open: Addressee[] = [];
  if (rights.has('chat')) open.push({ kind: 'everyone' });
  if (rights.has('chatHosts') && members.some((member) => !member.self && isHost(member))) {
    open.push({ kind: 'hosts' });
  }
  for (const member of members) {
    if (mayWriteTo(view, member)) open.push({ kind: 'person', device: member.device });
  }
  return open;
}

/** One text for each addressee. */
export function addresseeKey(to: Addressee): string {
  return to.kind === 'person' ? to.device : to.kind;
}

/** The one chosen, as long as it is open; the first otherwise. Null where nobody may be written to. */
export function currentAddressee(view: Rights, chosen: Addressee | null): Addressee | null {
  const open = addressees(view);
  if (chosen && open.some((to) => addresseeKey(to) === addresseeKey(chosen))) return chosen;
  // A private word must not become a public one because its receiver has left.
  if (chosen?.kind === 'person' || chosen?.kind === 'hosts') return null;
  return open[0] ?? null;
}
