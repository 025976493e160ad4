import type { DeviceKey, HostKey } from '../ids.ts';
import { allows, type Permission, type Policy, type Role, roles } from '../roles.ts';
import { sameResidency } from '../sameResidency.ts';
import type { Chain } from './chain.ts';
import type { RecordBody } from './record.ts';
import { inGoodStanding, isShut, may, roleOf, runsBreakouts } from './rights.ts';

/** Rights that a change of policy gives to some role that did not have them. */
function conferred(from: Policy, to: Policy): Permission[] {
  return roles
    .filter((role) => role !== 'host')
    .flatMap((role) => to.permissions[role].filter((right) => !allows(from, role, right)));
}

const RANK: Record<Role, number> = { host: 4, cohost: 3, presenter: 2, participant: 1, guest: 0 };

/** Whether the chain lets a signer append such a record: nothing but the host key and signed grants confers power. */
export function mayAppend(chain: Chain, by: DeviceKey | HostKey, body: RecordBody): boolean {
  if (body.type === 'genesis') return false;
  // Where media may pass is settled when a meeting is founded; nobody opens it to other servers later.
  if (body.type === 'policy' && !sameResidency(chain.policy.residency, body.policy.residency)) return false;
  // The two key kinds share their form; the host key is never a device key, so this comparison decides.
  if ((by as string) === (chain.hostKey as string)) return true;
  const device = by as DeviceKey;
  // Any key at the door counts as a participant: only one that belongs inside has a say.
  if (!inGoodStanding(chain, device)) return false;
  const rank = RANK[roleOf(chain, device)];
  const outranks = (other: DeviceKey) => RANK[roleOf(chain, other)] < rank;
  switch (body.type) {
    case 'grant':
      // A co-host acts on and hands out roles below its own only; hosts may make hosts.
      if (!may(chain, device, 'grant')) return false;
      return rank === RANK.host || (outranks(body.device) && RANK[body.role] < rank);
    case 'admit':
      return may(chain, device, 'admit') && (!isShut(chain) || rank >= RANK.cohost);
    case 'sendBack':
    case 'remove':
      return (
        may(chain, device, 'remove') && body.devices.every((other) => rank === RANK.host || outranks(other))
      );
    case 'unban':
      return may(chain, device, 'remove');
    case 'policy':
      // Nobody below host confers a right that their own role lacks.
      return (
        may(chain, device, 'govern') &&
        conferred(chain.policy, body.policy).every((right) => may(chain, device, right))
      );
    case 'lock':
      return may(chain, device, 'govern');
    case 'invite':
      // Straight past the lobby only by the word of one who could open the door.
      return may(chain, device, 'invite') && (!body.straightIn || may(chain, device, 'admit'));
    case 'revoke':
      return may(chain, device, 'invite');
    case 'panic':
      return may(chain, device, 'moderate') && may(chain, device, 'govern');
    case 'spotlight':
    case 'viewOnly':
      return may(chain, device, 'moderate');
    case 'recording':
      return may(chain, device, 'record');
    case 'breakout':
    case 'assign':
    case 'breakoutTime':
      return runsBreakouts(chain, device);
    case 'stop':
    case 'allow':
      if (!may(chain, device, 'moderate')) return false;
      return (
        body.devices === 'everyone' || body.devices.every((other) => rank === RANK.host || outranks(other))
      );
    case 'backup':
    case 'bar':
    case 'lobbyKey':
      return rank === RANK.host;
    case 'end':
      return may(chain, device, 'end');
  }
}
