import type { DeviceKey, HostKey, InvitationKey } from '../ids.ts';
import type { RecordBody } from './record.ts';

/** One way into a meeting, as the records tell it. */
export interface Invitation {
  readonly key: InvitationKey;
  /** The meeting's secret under this invitation's, base64url. */
  readonly wrapped: string;
  /** How many devices it lets in; null for any number. */
  readonly uses: number | null;
  /** Milliseconds since 1970. */
  readonly expires: number | null;
  readonly straightIn: boolean;
  readonly personal: boolean;
  /** Name and link secret for those who look after invitations; null for the link made at the start. */
  readonly sealed: string | null;
  readonly by: DeviceKey | HostKey;
  readonly at: number;
  readonly revoked: boolean;
  /** Devices that were let in by it. */
  readonly used: ReadonlySet<DeviceKey>;
}

export type Invitations = ReadonlyMap<InvitationKey, Invitation>;

/** Why an invitation lets nobody new in. */
export type InvitationOver = 'revoked' | 'expired' | 'used';

/** Whether an invitation still lets somebody new in at `now`, or why not. */
export function invitationOver(invitation: Invitation, now: number): InvitationOver | null {
  if (invitation.revoked) return 'revoked';
  if (invitation.expires !== null && now > invitation.expires) return 'expired';
  if (invitation.uses !== null && invitation.used.size >= invitation.uses) return 'used';
  return null;
}

/** The link for all: no bound but revocation, so that coming by it needs no record of its own. */
export function isUnbounded({ uses, expires, personal }: Invitation): boolean {
  return uses === null && expires === null && !personal;
}

/** With a new invitation; null where the key is taken. */
export function withInvitation(
  invitations: Invitations,
  body: Extract<RecordBody, { type: 'invite' }>,
  by: DeviceKey | HostKey,
  at: number,
): Invitations | null {
  if (invitations.has(body.key)) return null;
  const { key, wrapped, uses, expires, straightIn, personal, sealed } = body;
  const invitation = { key, wrapped, uses, expires, straightIn, personal, sealed, by, at };
  return new Map(invitations).set(key, { ...invitation, revoked: false, used: new Set() });
}

/** With the devices counted as let in by an invitation; null where it does not let them in any more. */
export function withUse(
  invitations: Invitations,
  key: InvitationKey,
  devices: readonly DeviceKey[],
  at: number,
): Invitations | null {
  const invitation = invitations.get(key);
  if (!invitation) return null;
  const used = new Set([...invitation.used, ...devices]);
  // One that comes again by the same invitation takes no further place.
  if (used.size === invitation.used.size) return invitations;
  const over = invitationOver(invitation, at);
  if (over || (invitation.uses !== null && used.size > invitation.uses)) return null;
  return new Map(invitations).set(key, { ...invitation, used });
}

/** With some revoked; null where one is unknown. */
export function withoutInvitations(
  invitations: Invitations,
  keys: readonly InvitationKey[],
): Invitations | null {
  const next = new Map(invitations);
  for (const key of keys) {
    const invitation = next.get(key);
    if (!invitation) return null;
    next.set(key, { ...invitation, revoked: true });
  }
  return next;
}
