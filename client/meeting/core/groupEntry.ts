import { equalBytes, fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { WelcomeDelivery } from '../../../shared/protocol/lobby.ts';
import { inGoodStanding } from '../../../shared/records/rights.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import { GroupError } from '../../e2ee/group/error.ts';
import { foundGroup, joinGroup } from '../../e2ee/group/found.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { KeyPackageBundle } from '../../e2ee/group/keyPackage.ts';
import type { Psk } from '../../e2ee/group/policy.ts';
import { meetingKey } from '../../e2ee/link/access.ts';
import { proveInvitation } from '../../e2ee/link/invitation.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import type { CoreContext } from './context.ts';
import { groupIdOf } from './groupNames.ts';

/** A group just entered: by whose commit, and after which entry of the stream. */
export interface Entered {
  readonly group: Group;
  readonly by: DeviceKey;
  readonly seq: number;
}

const PSK_ID = utf8('sealroom meeting');

/** From the meeting's secret, which only those hold who were invited. */
export function meetingPsk({ access }: Pick<CoreContext, 'access'>): Psk {
  return { id: PSK_ID, secret: meetingKey(access.current, 'psk') };
}

/** Starts the group as its first member. Throws ProtocolError when another one is first. */
export async function enterAsFirst(context: CoreContext, credential: Uint8Array): Promise<Entered> {
  const { access, identity, link, signaling, records } = context;
  const group = await foundGroup({
    groupId: randomBytes(16),
    context: expectedContext(context),
    signature: identity.meeting,
    credential,
    suite: records.chain.groupSuite,
  });
  const groupId = groupIdOf(group);
  const proof = proveInvitation(link.meeting, identity.key, groupId, access.current.invitation);
  const { seq } = await signaling.request('group:found', { groupId, proof });
  await records.refresh();
  return { group, by: identity.key, seq };
}

/**
 * Enters by a welcome. Everything is checked against the signed records and the link, nothing is taken from the
 * server's word. Throws GroupError, ChainError, ProtocolError.
 */
export async function enterByWelcome(
  context: CoreContext,
  { welcome, groupId, chainLength, seq }: WelcomeDelivery,
  bundle: KeyPackageBundle,
): Promise<Entered> {
  const { records } = context;
  const { group, addedBy } = await joinGroup({
    welcome,
    bundle,
    psk: meetingPsk(context),
    groupId: fromBase64Url(groupId),
  });
  await records.catchUp(chainLength);
  const { chain } = records;
  if (!equalBytes(group.context, expectedContext(context)))
    throw new GroupError('wrong-context', 'not this meeting');
  const by = deviceOf(addedBy.signatureKey);
  if (!inGoodStanding(chain, by)) throw new GroupError('refused-by-policy', 'added by someone nobody let in');
  // A member who was just put out may still have a leaf; then the next try, after its removal, succeeds.
  const strangers = group.roster().some((member) => !inGoodStanding(chain, deviceOf(member.signatureKey)));
  if (strangers) throw new GroupError('refused-by-policy', 'a member nobody let in');
  return { group, by, seq };
}

/** What a group of this meeting must carry in its context, byte for byte. */
function expectedContext({ records }: Pick<CoreContext, 'records'>): Uint8Array {
  const { meeting, genesis, groupSuite, frameSuite } = records.chain;
  return utf8(JSON.stringify({ v: 1, meeting, genesis, groupSuite, frameSuite }));
}
