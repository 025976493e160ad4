import {
  BadgeCheck,
  DoorOpen,
  Flag,
  Mic,
  MicOff,
  MonitorOff,
  Pencil,
  Presentation,
  ShieldBan,
  UserCheck,
  UserMinus,
  Video,
  VideoOff,
} from 'lucide-react';
import type { Permission } from '../../../shared/roles.ts';
import type { Messages } from '../../i18n/en.ts';
import type { MeetingActions, MemberView } from '../../meeting/view.ts';
import type { Question } from '../components/Confirm.tsx';
import type { MenuEntry } from '../components/Menu.tsx';

interface Given {
  readonly member: MemberView;
  readonly rights: ReadonlySet<Permission>;
  readonly actions: MeetingActions;
  readonly m: Messages;
  readonly onAsk: (question: Question) => void;
  readonly onRename: () => void;
  readonly onReport: () => void;
}

/** What may be done about one member, by one's rights and by the member's state. */
export function memberActions(given: Given): MenuEntry[] {
  const { member, rights, m } = given;
  if (member.self) {
    if (!rights.has('rename')) return [];
    return [
      { id: 'rename', name: m.people.rename, icon: <Pencil aria-hidden="true" />, act: given.onRename },
    ];
  }
  const groups = [moderation(given), roles(given), trust(given), removal(given), report(given)].filter(
    (group) => group.length > 0,
  );
  return groups.flatMap((group, index) => (index === 0 ? group : [null, ...group]));
}

function moderation({ member, rights, actions, m }: Given): MenuEntry[] {
  if (!rights.has('moderate')) return [];
  const { microphone, camera, screen } = member.sources;
  const device = [member.device];
  const entries: MenuEntry[] = [];
  if (microphone.state === 'live') {
    entries.push({
      id: 'mute',
      name: m.people.mute,
      icon: <MicOff aria-hidden="true" />,
      act: () => actions.stop(device, ['microphone'], false),
    });
  }
  if (microphone.state === 'blocked') {
    entries.push({
      id: 'allow-speak',
      name: m.people.allowSpeak,
      icon: <Mic aria-hidden="true" />,
      act: () => actions.allow(device, ['microphone']),
    });
  } else {
    entries.push({
      id: 'mute-hold',
      name: m.people.muteHold,
      icon: <MicOff aria-hidden="true" />,
      act: () => actions.stop(device, ['microphone'], true),
    });
  }
  if (camera.state === 'live') {
    entries.push({
      id: 'stop-camera',
      name: m.people.stopCamera,
      icon: <VideoOff aria-hidden="true" />,
      act: () => actions.stop(device, ['camera'], false),
    });
  }
  if (camera.state === 'blocked') {
    entries.push({
      id: 'allow-camera',
      name: m.people.allowCamera,
      icon: <Video aria-hidden="true" />,
      act: () => actions.allow(device, ['camera']),
    });
  }
  if (screen.state === 'live') {
    entries.push({
      id: 'stop-share',
      name: m.people.stopShare,
      icon: <MonitorOff aria-hidden="true" />,
      act: () => actions.stop(device, ['screen', 'screenAudio'], false),
    });
  }
  return entries;
}

function roles({ member, rights, actions, m, onAsk }: Given): MenuEntry[] {
  if (!rights.has('grant') || member.role === 'host') return [];
  const takeBack: MenuEntry = {
    id: 'take-back',
    name: m.people.takeBack(m.roles[member.role]),
    icon: <UserMinus aria-hidden="true" />,
    act: () => actions.setRole(member.device, 'participant'),
  };
  const cohost: MenuEntry = {
    id: 'cohost',
    name: m.people.makeCohost,
    icon: <UserCheck aria-hidden="true" />,
    act: () =>
      onAsk({
        title: m.confirm.cohostTitle(member.name),
        text: m.confirm.cohostText,
        confirm: m.confirm.cohost,
        tone: 'primary',
        act: () => actions.setRole(member.device, 'cohost'),
      }),
  };
  const presenter: MenuEntry = {
    id: 'presenter',
    name: m.people.makePresenter,
    icon: <Presentation aria-hidden="true" />,
    act: () => actions.setRole(member.device, 'presenter'),
  };
  if (member.role === 'cohost') return [takeBack];
  if (member.role === 'presenter') return [cohost, takeBack];
  return [cohost, presenter];
}

function trust({ member, actions, m, onAsk }: Given): MenuEntry[] {
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

function removal({ member, rights, actions, m, onAsk }: Given): MenuEntry[] {
  if (!rights.has('remove') || member.role === 'host') return [];
  return [
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
      act: () =>
        onAsk({
          title: m.confirm.banTitle(member.name),
          text: m.confirm.banText,
          confirm: m.confirm.ban,
          tone: 'warn',
          act: () => actions.remove(member.device, true),
        }),
    },
  ];
}

/** Open to everybody, whatever their role. */
function report({ m, onReport }: Given): MenuEntry[] {
  return [{ id: 'report', name: m.people.report, icon: <Flag aria-hidden="true" />, act: onReport }];
}
