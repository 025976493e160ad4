import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import { isStaff, maySend } from '../../shared/records/rights.ts';
import { sendHome } from './sendHome.ts';
import { type HostPresence, type MeetingState, nobodyYet } from './state.ts';
import type { Turn } from './turn.ts';

/** Whether a device may send a source now: by the records, and by the presence of a host. */
export function maySendNow({ chain, hosts }: MeetingState, device: DeviceKey, from: Source): boolean {
  return maySend(chain, device, from) && (!hosts.frozen || isStaff(chain, device));
}

/** After any change: notes whether a host or co-host is there, and what is to follow where none is. */
export function watchHosts(turn: Turn): void {
  const { chain, group, members, hosts } = turn.state;
  const next =
    group === null
      ? nobodyYet
      : presence(
          turn,
          [...members.keys()].some((device) => isStaff(chain, device)),
        );
  if (next.seen === hosts.seen && next.goneAt === hosts.goneAt && next.frozen === hosts.frozen) return;
  turn.set({ hosts: next });
  if (next.goneAt === hosts.goneAt) return;
  if (next.goneAt === null) turn.effects.push({ type: 'cancel', timer: { kind: 'hostGone' } });
  else turn.effects.push({ type: 'schedule', timer: { kind: 'hostGone' }, at: next.goneAt });
}

function presence({ state, around }: Turn, there: boolean): HostPresence {
  const { chain, hosts } = state;
  const { hostGone, hostGoneMinutes } = chain.policy;
  if (there) return { seen: true, goneAt: null, frozen: false };
  if (!hosts.seen || hostGone === 'continue') return { ...hosts, goneAt: null, frozen: false };
  if (hosts.goneAt !== null || hosts.frozen) return hosts;
  const wait = hostGone === 'freeze' ? around.rules.freezeAfterMs : hostGoneMinutes * 60_000;
  return { ...hosts, goneAt: around.now + wait };
}

/** The time is over: the room freezes, or everybody is sent home. The meeting itself stays open for its host. */
export function hostsGone(turn: Turn): void {
  const { chain, hosts } = turn.state;
  if (hosts.goneAt === null) return;
  if (hosts.goneAt > turn.around.now) {
    turn.effects.push({ type: 'schedule', timer: { kind: 'hostGone' }, at: hosts.goneAt });
    return;
  }
  if (chain.policy.hostGone === 'freeze') {
    turn.set({ hosts: { ...hosts, goneAt: null, frozen: true } });
    return;
  }
  sendHome(turn, 'host-gone');
}
