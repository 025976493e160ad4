import { Spotlight } from 'lucide-react';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { MenuEntry } from '../components/Menu.tsx';
import type { MemberMenu } from '../panels/memberActions.tsx';

const MOST_IN_SPOTLIGHT = 4;

/** Showing somebody large to everyone. */
export function spotlightEntries({ member, view, actions, m }: MemberMenu): MenuEntry[] {
  if (!view.rights.has('moderate')) return [];
  const lit = view.spotlight.includes(member.device);
  return [
    {
      id: 'spotlight',
      name: lit ? m.tile.unlight : m.tile.light,
      icon: <Spotlight aria-hidden="true" />,
      act: () => actions.setSpotlight(spotlightAfter(view.spotlight, member.device)),
    },
  ];
}

/** Takes somebody in or out; the longest shown gives way when there are too many. */
function spotlightAfter(now: readonly DeviceKey[], device: DeviceKey): readonly DeviceKey[] {
  if (now.includes(device)) return now.filter((each) => each !== device);
  return [...now, device].slice(-MOST_IN_SPOTLIGHT);
}
