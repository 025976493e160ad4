import type { DeviceKey, InvitationKey } from '../ids.ts';
import { allows, type Permission, panicRights, type Role } from '../roles.ts';
import type { Chain } from './chain.ts';
import { invitationOver, isUnbounded } from './invitation.ts';
import type { Source } from './record.ts';

/** The role a device acts under. */
export function roleOf(chain: Chain, device: DeviceKey): Role {
  return chain.roles.get(device) ?? 'participant';
}

/** Whether a device has a right now. A banned device has none, one sent back only what its role keeps. */
export function may(chain: Chain, device: DeviceKey, right: Permission): boolean {
  if (chain.banned.has(device)) return false;
  if (chain.panic && panicRights.has(right) && !isStaff(chain, device)) return false;
  if (chain.viewOnly && right === 'annotate' && !isStaff(chain, device)) return false;
  return allows(chain.policy, roleOf(chain, device), right);
}

/** Whether a link is enough: no lobby, and nothing to be known of those who come. */
export function isOpen({ policy }: Chain): boolean {
  return !policy.lobby && policy.who === 'anyone';
}

/** Whether the door is shut to everybody who was not let in before. */
export function isShut(chain: Chain): boolean {
  return chain.locked || chain.panic;
}

/** Whether a signed record lets a device in by name: any member may add it. */
export function isRemembered(chain: Chain, device: DeviceKey): boolean {
  if (chain.ended || chain.banned.has(device) || chain.sentBack.has(device)) return false;
  return chain.admitted.has(device) || isStaff(chain, device);
}

/**
 * Whether a device may be added to the group without a new decision: it was let in by a signed
 * record, or holds a granted role, or the meeting has no lobby and is not locked.
 */
export function mayEnter(chain: Chain, device: DeviceKey): boolean {
  if (chain.ended || chain.banned.has(device) || chain.sentBack.has(device)) return false;
  return isRemembered(chain, device) || (isOpen(chain) && !isShut(chain));
}

/**
 * Like `mayEnter`, of a device that comes with an invitation at `now`: without a record of its own it
 * needs the link for all, and that link must be in force.
 */
export function mayEnterBy(chain: Chain, device: DeviceKey, by: InvitationKey, now: number): boolean {
  if (isRemembered(chain, device)) return true;
  const invitation = chain.invitations.get(by);
  if (!invitation || invitationOver(invitation, now)) return false;
  return isUnbounded(invitation) && mayEnter(chain, device);
}

/**
 * Whether a device that is in the group belongs there: like `mayEnter`, but a lock shuts nobody out who
 * is inside already.
 */
export function inGoodStanding(chain: Chain, device: DeviceKey): boolean {
  if (chain.banned.has(device) || chain.sentBack.has(device)) return false;
  return chain.admitted.has(device) || chain.roles.has(device) || isOpen(chain);
}

/** Hosts and co-hosts, whom `everyone` in a stop record leaves alone. */
export function isStaff(chain: Chain, device: DeviceKey): boolean {
  const role = roleOf(chain, device);
  return role === 'host' || role === 'cohost';
}

/** Whether a device may open breakout rooms and is a host in all of them. */
export function runsBreakouts(chain: Chain, device: DeviceKey): boolean {
  return isStaff(chain, device) && inGoodStanding(chain, device) && may(chain, device, 'breakout');
}

const RIGHT_FOR_SOURCE: Record<Source, Permission> = {
  microphone: 'speak',
  camera: 'camera',
  screen: 'share',
  screenAudio: 'share',
};

/** Whether a device may send a source now: its role allows it and no host holds it stopped. */
export function maySend(chain: Chain, device: DeviceKey, from: Source): boolean {
  if (isHeld(chain, device, from)) return false;
  return may(chain, device, RIGHT_FOR_SOURCE[from]) || (chain.freed.get(device)?.has(from) ?? false);
}

/** Whether what a device newly offers begins silent, so that opening its microphone is always an act of its own. */
export function beginsSilent(chain: Chain, device: DeviceKey, from: Source): boolean {
  return from === 'microphone' && chain.policy.muteOnEntry && !isStaff(chain, device);
}

function isHeld(chain: Chain, device: DeviceKey, from: Source): boolean {
  if (chain.banned.has(device)) return true;
  if (chain.panic && !isStaff(chain, device)) return true;
  if (chain.held.get(device)?.has(from)) return true;
  if (!chain.heldForAll.has(from) || isStaff(chain, device)) return false;
  return !(chain.freed.get(device)?.has(from) ?? false);
}
