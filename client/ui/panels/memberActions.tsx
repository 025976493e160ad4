import { BadgeCheck, Flag, Pencil } from 'lucide-react';
import type { Messages } from '../../i18n/en.ts';
import type { MeetingActions } from '../../meeting/meeting.ts';
import type { MeetingView, MemberView } from '../../meeting/view.ts';
import type { Question } from '../components/Confirm.tsx';
import type { MenuEntry } from '../components/Menu.tsx';
import { mediaEntries } from '../host/mediaEntries.tsx';
import { removalEntries } from '../host/removalEntries.tsx';
import { roleEntries } from '../host/roleEntries.tsx';
import { spotlightEntries } from '../host/spotlightEntries.tsx';

/** What the entries of a member's menu are made from. */
export interface MemberMenu {
  readonly member: MemberView;
  readonly view: MeetingView;
  readonly actions: MeetingActions;
  readonly m: Messages;
  readonly onAsk: (question: Question) => void;
  readonly onRename: () => void;
  readonly onReport: () => void;
}

/** What may be done about one member, by one's rights and rank and by the member's state. */
export function memberActions(menu: MemberMenu): MenuEntry[] {
  const { member, view, m } = menu;
  const rename: MenuEntry[] = view.rights.has('rename')
    ? [{ id: 'rename', name: m.people.rename, icon: <Pencil aria-hidden="true" />, act: menu.onRename }]
    : [];
  const all = member.self
    ? [rename, spotlightEntries(menu)]
    : [
        mediaEntries(menu),
        spotlightEntries(menu),
        roleEntries(menu),
        trust(menu),
        removalEntries(menu),
        report(menu),
      ];
  const groups = all.filter((group) => group.length > 0);
  return groups.flatMap((group, index) => (index === 0 ? group : [null, ...group]));
}

function trust({ member, actions, m, onAsk }: MemberMenu): MenuEntry[] {
  if (member.trust === 'verified') return [];
  return [
    {
      id: 'verify',
      name: m.people.verify,
      icon: <BadgeCheck aria-hidden="true" />,
      act: () =>
        onAsk({
          title: m.confirm.verifyTitle(member.name),
          text: m.confirm.verifyText,
          confirm: m.confirm.verify,
          tone: 'primary',
          act: () => actions.markVerified(member.device),
        }),
    },
  ];
}

/** Open to everybody, whatever their role. */
function report({ m, onReport }: MemberMenu): MenuEntry[] {
  return [{ id: 'report', name: m.people.report, icon: <Flag aria-hidden="true" />, act: onReport }];
}
