import { Crown, Presentation, UserCheck, UserMinus, UserRound } from 'lucide-react';
import type { Role } from '../../../shared/roles.ts';
import type { MenuEntry } from '../components/Menu.tsx';
import { selfOf } from '../meeting/useMeeting.ts';
import type { MemberMenu } from '../panels/memberActions.tsx';
import { outranks } from './rank.ts';

/** The roles that may be given to a member. */
export function roleEntries({ member, view, actions, m, onAsk }: MemberMenu): MenuEntry[] {
  if (!view.rights.has('grant') || !outranks(view.role, member.role)) return [];
  const give = (role: Role) => () => actions.setRole(member.device, role);
  const entries: Readonly<Record<Role, MenuEntry>> = {
    host: {
      id: 'host',
      name: m.member.makeHost,
      icon: <Crown aria-hidden="true" />,
      act: () =>
        onAsk({
          title: m.member.hostTitle(member.name),
          text: m.member.hostText,
          confirm: m.member.makeHost,
          tone: 'primary',
          option: { name: m.member.hostGiveUp, on: false },
          act: (giveUp) => {
            actions.setRole(member.device, 'host');
            const self = selfOf(view);
            if (giveUp && self) actions.setRole(self.device, 'cohost');
          },
        }),
    },
    cohost: {
      id: 'cohost',
      name: m.people.makeCohost,
      icon: <UserCheck aria-hidden="true" />,
      act: () =>
        onAsk({
          title: m.confirm.cohostTitle(member.name),
          text: m.confirm.cohostText,
          confirm: m.confirm.cohost,
          tone: 'primary',
          act: give('cohost'),
        }),
    },
    presenter: {
      id: 'presenter',
      name: m.people.makePresenter,
      icon: <Presentation aria-hidden="true" />,
      act: give('presenter'),
    },
    participant: {
      id: 'take-back',
      name: member.role === 'guest' ? m.member.makeParticipant : m.people.takeBack(m.roles[member.role]),
      icon: <UserMinus aria-hidden="true" />,
      act: give('participant'),
    },
    guest: {
      id: 'guest',
      name: m.member.makeGuest,
      icon: <UserRound aria-hidden="true" />,
      act: give('guest'),
    },
  };
  const offered: readonly Role[] = ['host', 'cohost', 'presenter', 'participant', 'guest'];
  return offered
    .filter((role) => role !== member.role && outranks(view.role, role))
    .map((role) => entries[role]);
}
