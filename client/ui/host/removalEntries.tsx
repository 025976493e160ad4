import { DoorOpen, ShieldBan, Undo2 } from 'lucide-react';
import type { Question } from '../components/Confirm.tsx';
import type { MenuEntry } from '../components/Menu.tsx';
import type { MemberMenu } from '../panels/memberActions.tsx';
import { outranks } from './rank.ts';

/** Back to the lobby, out, and out for good. */
export function removalEntries(menu: MemberMenu): MenuEntry[] {
  const { member, view, actions, m, onAsk } = menu;
  if (!view.rights.has('remove') || !outranks(view.role, member.role)) return [];
  return [
    {
      id: 'send-back',
      name: m.member.sendBack,
      icon: <Undo2 aria-hidden="true" />,
      act: () =>
        onAsk({
          title: m.member.sendBackTitle(member.name),
          text: m.member.sendBackText,
          confirm: m.member.sendBackDo,
          tone: 'warn',
          act: () => actions.sendBack(member.device),
        }),
    },
    {
      id: 'remove',
      name: m.people.remove,
      icon: <DoorOpen aria-hidden="true" />,
      warn: true,
      act: () =>
        onAsk({
          title: m.confirm.removeTitle(member.name),
          text: m.confirm.removeText,
          confirm: m.confirm.remove,
          tone: 'warn',
          act: () => actions.remove(member.device, false),
        }),
    },
    {
      id: 'ban',
      name: m.people.ban,
      icon: <ShieldBan aria-hidden="true" />,
      warn: true,
      act: () => onAsk(banQuestion(menu)),
    },
  ];
}

/** A bar holds for the device alone; what else the person could come by is offered to be shut as well. */
function banQuestion({ member, view, actions, m }: MemberMenu): Question {
  const invitation = view.invitations.find(({ key }) => key === member.invitation);
  const own = invitation?.personal === true ? invitation : null;
  const name =
    own === null
      ? m.member.banLink
      : own.name
        ? m.member.banInvitation(own.name)
        : m.member.banInvitationUnnamed;
  return {
    title: m.confirm.banTitle(member.name),
    text: view.rights.has('invite') ? m.member.banText : m.confirm.banText,
    confirm: m.confirm.ban,
    tone: 'warn',
    ...(view.rights.has('invite') ? { option: { name, on: own !== null } } : {}),
    act: (shut) => {
      actions.remove(member.device, true);
      if (!shut) return;
      if (own === null) actions.rotateLink();
      else actions.revokeInvitations([own.key]);
    },
  };
}
