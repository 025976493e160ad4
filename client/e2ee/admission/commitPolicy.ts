import { equalBytes, toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey, type MeetingId } from '../../../shared/ids.ts';
import { type Chain, inGoodStanding, may, mayEnter } from '../../../shared/records/chain.ts';
import type { CommitDescription, Verdict } from '../group/policy.ts';
import { readCard } from '../identity/card.ts';

/** What the signed records and the ordered stream say at the moment a commit arrives. */
export interface CommitCircumstances {
  readonly meeting: MeetingId;
  readonly chain: Chain;
  /** Devices that left, lost their connection, knock again, or were removed by a record. */
  readonly departed: ReadonlySet<DeviceKey>;
  /** Identifier of the one PSK that additions in this meeting are mixed with. */
  readonly pskId: Uint8Array;
}

/** The device behind a leaf signature key. */
export function deviceOf(signatureKey: Uint8Array): DeviceKey {
  return deviceKey.parse(toBase64Url(signatureKey));
}

/**
 * The one rule of who may change the group. Additions: only devices that a signed record or a meeting
 * without lobby lets in, with a card bound to their key, mixed with the link's PSK. Removals: only
 * devices that have departed. Everything else is refused.
 */
export function judgeCommit(commit: CommitDescription, circumstances: CommitCircumstances): Verdict {
  const { chain, departed, meeting, pskId } = circumstances;
  const refuse = (reason: string): Verdict => ({ kind: 'refuse', reason });
  const committer = deviceOf(commit.committer.signatureKey);
  if (departed.has(committer)) return refuse('committer has departed');
  if (!inGoodStanding(chain, committer)) return refuse('nobody let the committer in');
  for (const joiner of commit.adds) {
    const device = deviceOf(joiner.signatureKey);
    if (!mayEnter(chain, device)) return refuse('nobody let this device in');
    if (!isLasting(chain, device) && !may(chain, committer, 'admit'))
      return refuse('committer may not admit');
    if (!readCard(joiner.credential, meeting, device)) return refuse('card does not belong to the device');
  }
  if (commit.adds.length > 0 && !(commit.pskId && equalBytes(commit.pskId, pskId)))
    return refuse('wrong PSK');
  for (const member of commit.removes) {
    if (!departed.has(deviceOf(member.signatureKey))) return refuse('removed device has not departed');
  }
  return { kind: 'accept' };
}

/** Let in by name rather than by the absence of a lobby. */
function isLasting(chain: Chain, device: DeviceKey): boolean {
  return chain.admitted.has(device) || chain.roles.has(device);
}
