import { equalBytes, toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey, type MeetingId } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import { inGoodStanding, may, mayEnter, roleOf } from '../../../shared/records/rights.ts';
import type { CommitDescription, Verdict } from '../group/policy.ts';
import { type Card, readCard } from '../identity/card.ts';
import type { Bars } from './bars.ts';
import { staffIdentity } from './staffRule.ts';

/** What the signed records and the ordered stream say at the moment a commit arrives. */
export interface CommitCircumstances {
  readonly meeting: MeetingId;
  readonly chain: Chain;
  /** Devices that left, lost their connection, knock again, or were removed by a record. */
  readonly departed: ReadonlySet<DeviceKey>;
  /** Whom the records keep out of the whole series. */
  readonly bars: Bars;
  /** Identifier of the one PSK that additions in this meeting are mixed with. */
  readonly pskId: Uint8Array;
}

/** The device behind a leaf signature key. */
export function deviceOf(signatureKey: Uint8Array): DeviceKey {
  return deviceKey.parse(toBase64Url(signatureKey));
}

/**
 * The one rule of who may change the group. Additions: only devices that a signed record or a meeting
 * without lobby lets in, with a card bound to their key that satisfies the meeting's rule about who may
 * come, mixed with the meeting's PSK. Removals: only devices that have departed. Everything else is
 * refused.
 */
export async function judgeCommit(
  commit: CommitDescription,
  circumstances: CommitCircumstances,
): Promise<Verdict> {
  const { bars, chain, departed, meeting, pskId } = circumstances;
  const refuse = (reason: string): Verdict => ({ kind: 'refuse', reason });
  const committer = deviceOf(commit.committer.signatureKey);
  if (departed.has(committer)) return refuse('committer has departed');
  if (!inGoodStanding(chain, committer)) return refuse('nobody let the committer in');
  if (chain.barred.people.size > 0) {
    // Whoever founded a group, or came with one that did, was judged by nobody.
    const own = readCard(commit.committer.credential, meeting, committer);
    if (!own || bars.keepsOut(chain, committer, own))
      return refuse('the committer is barred from the series');
  }
  for (const joiner of commit.adds) {
    const device = deviceOf(joiner.signatureKey);
    if (!mayEnter(chain, device)) return refuse('nobody let this device in');
    if (!isLasting(chain, device) && !may(chain, committer, 'admit'))
      return refuse('committer may not admit');
    const card = readCard(joiner.credential, meeting, device);
    if (!card) return refuse('card does not belong to the device');
    if (bars.keepsOut(chain, device, card)) return refuse('this person is barred from the series');
    if (!(await mayCome(chain, device, card)))
      return refuse('the rules of the meeting do not let this person in');
  }
  if (commit.adds.length > 0 && !(commit.pskId && equalBytes(commit.pskId, pskId)))
    return refuse('wrong PSK');
  for (const member of commit.removes) {
    if (!departed.has(deviceOf(member.signatureKey))) return refuse('removed device has not departed');
  }
  return { kind: 'accept' };
}

/**
 * Whether the meeting's rule about who may come lets a card in. Judged as of the moment of the admission,
 * so that all members come to the same answer whatever their clocks and however late they judge.
 */
async function mayCome(chain: Chain, device: DeviceKey, card: Card): Promise<boolean> {
  const { who, staff } = chain.policy;
  // A host is one by the host key's own signature.
  if (who === 'anyone' || roleOf(chain, device) === 'host') return true;
  const admission = chain.admitted.get(device);
  if (!admission) return false;
  const personal = admission.invitation ? chain.invitations.get(admission.invitation)?.personal : false;
  if (who === 'invited' && personal) return true;
  return (await staffIdentity(card, staff, admission.at)) !== null;
}

/** Let in by name rather than by the absence of a lobby. */
function isLasting(chain: Chain, device: DeviceKey): boolean {
  return chain.admitted.has(device) || chain.roles.has(device);
}
