import { sign } from '../../client/e2ee/crypto/ed25519.ts';
import type { Access } from '../../client/e2ee/link/access.ts';
import {
  type InvitationKeys,
  invitationKeys,
  newMeetingSecret,
  proveInvitation,
  unwrapMeetingSecret,
  wrapMeetingSecret,
} from '../../client/e2ee/link/invitation.ts';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import { recordCrypto } from '../../client/e2ee/records/signing.ts';
import { randomBytes, ready } from '../../client/e2ee/sodium.ts';
import type { DeviceKey, GroupId, MeetingId } from '../../shared/ids.ts';
import { type KnockRequest, knockSignatureInput } from '../../shared/protocol/lobby.ts';
import { readChain } from '../../shared/records/chain.ts';
import type { RecordBody, SignedRecord } from '../../shared/records/record.ts';

await ready();

/** An invitation with everything its holders and its maker know. */
export interface TestInvitation {
  readonly meeting: MeetingId;
  readonly secret: Uint8Array;
  readonly keys: InvitationKeys;
  readonly meetingSecret: Uint8Array;
  /** What the record that makes it says. */
  readonly body: { readonly key: InvitationKeys['key']; readonly wrapped: string };
}

export function newInvitation(meeting: MeetingId, meetingSecret = newMeetingSecret()): TestInvitation {
  const secret = randomBytes(16);
  const keys = invitationKeys(meeting, secret, null);
  const wrapped = wrapMeetingSecret(meeting, keys, meetingSecret);
  return { meeting, secret, keys, meetingSecret, body: { key: keys.key, wrapped } };
}

/** The record that makes an invitation; for all and without end unless told otherwise. */
export function inviteBody(
  meeting: MeetingId,
  change: Partial<Extract<RecordBody, { type: 'invite' }>> = {},
  invitation = newInvitation(meeting),
): Extract<RecordBody, { type: 'invite' }> {
  const bounds = { uses: null, expires: null, straightIn: false, personal: false };
  return { type: 'invite', ...invitation.body, ...bounds, sealed: 'S'.repeat(60), ...change };
}

/** What a device holds that opened a link to a meeting with this invitation. */
export const accessBy = ({ meeting, keys, meetingSecret }: TestInvitation): Access => ({
  meeting,
  invitation: keys,
  secret: meetingSecret,
});

/** What a device holds that opened this link against the meeting's records. */
export function accessOf(link: MeetingLink, records: readonly SignedRecord[]): Access {
  const keys = invitationKeys(link.meeting, link.secret, null);
  const result = readChain(records, recordCrypto);
  const invitation = result.ok ? result.chain.invitations.get(keys.key) : undefined;
  const secret = invitation && unwrapMeetingSecret(link.meeting, keys, invitation.wrapped);
  if (!secret) throw new Error('the link does not open these records');
  return { meeting: link.meeting, invitation: keys, secret };
}

/** A knock as the server wants it, of any content. */
export function signedKnock(
  { meeting, keys }: Pick<TestInvitation, 'meeting' | 'keys'>,
  device: DeviceKey,
  { kind, keyPackageRef, sealed }: Pick<KnockRequest, 'kind' | 'keyPackageRef' | 'sealed'>,
): KnockRequest {
  const content = { kind, keyPackageRef, sealed };
  const signature = sign(keys.pair.privateKey, knockSignatureInput(meeting, device, content));
  return { ...content, invitation: keys.key, signature };
}

/** A request to start the group. */
export function foundRequest(
  { meeting, keys }: Pick<TestInvitation, 'meeting' | 'keys'>,
  device: DeviceKey,
  groupId: GroupId,
) {
  return { groupId, proof: proveInvitation(meeting, device, groupId, keys) };
}
