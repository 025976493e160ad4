import type { Commit, PreSharedKeyID, Proposal } from 'ts-mls';
import { equalBytes, toHex } from '../../../shared/bytes.ts';
import { GroupError } from './error.ts';
import { checkKeyPackage } from './keyPackage.ts';
import type { CommitDescription, Joiner, Psk } from './policy.ts';
import { bounds, checkLeaf } from './profile.ts';
import { type Member, memberAt } from './roster.ts';
import type { GroupState } from './state.ts';

/**
 * Examines a decrypted, signed commit before the library applies it: inline Add, Remove and external
 * PSK proposals only, every index in range, a path where RFC 9420 section 12.4 wants one, and the
 * committer unchanged in it. The library would apply more, and loop on some of it. Throws GroupError.
 */
export async function describeCommit(
  state: GroupState,
  commit: Commit,
  committerLeaf: number,
  psks: readonly Psk[],
): Promise<CommitDescription> {
  const { mls, suite, cs } = state;
  const committer = memberAt(mls.ratchetTree, committerLeaf);
  if (committer === undefined) throw new GroupError('bad-index', 'a committer outside the group');
  if (commit.proposals.length > bounds.proposals)
    throw new GroupError('too-many-proposals', 'too many proposals');

  const adds: Joiner[] = [];
  const removes: Member[] = [];
  const pskIds: PreSharedKeyID[] = [];
  for (const entry of commit.proposals) {
    if (entry.proposalOrRefType !== 'proposal') {
      throw new GroupError('proposal-by-reference', 'proposals must stand in the commit');
    }
    await readProposal(entry.proposal);
  }

  async function readProposal(proposal: Proposal): Promise<void> {
    if (isProposal(proposal, 'add')) {
      const joiner = await checkKeyPackage(proposal.add.keyPackage);
      if (joiner.suite !== suite) throw new GroupError('wrong-suite', 'a key package of another suite');
      adds.push({ ref: joiner.ref, signatureKey: joiner.signatureKey, credential: joiner.credential });
    } else if (isProposal(proposal, 'remove')) {
      const member = memberAt(mls.ratchetTree, proposal.remove.removed);
      if (member === undefined || member.leafIndex === committerLeaf) {
        throw new GroupError('bad-index', 'a remove that names no other member');
      }
      removes.push(member);
    } else if (isProposal(proposal, 'psk')) {
      pskIds.push(proposal.psk.preSharedKeyId);
    } else {
      throw new GroupError('forbidden-proposal', 'only add, remove and psk are allowed');
    }
  }

  const updates = removes.length > 0 || adds.length === 0;
  if (updates && commit.path === undefined)
    throw new GroupError('path-required', 'a commit without its path');
  if (commit.path !== undefined) checkPathLeaf(state, committer, commit.path.leafNode);
  checkDistinct(state, adds, removes);
  return {
    epoch: mls.groupContext.epoch,
    committer,
    adds,
    removes,
    pskId: adds.length > 0 ? checkPsk(pskIds, psks, cs.kdf.size).id : refuseAny(pskIds),
    updates: commit.path !== undefined,
  };
}

/** The PSK that the identifiers name. Throws GroupError 'psk-required', 'psk-unknown', 'invalid'. */
export function checkPsk(ids: readonly PreSharedKeyID[], psks: readonly Psk[], nonceLength: number): Psk {
  const [id, ...others] = ids;
  if (id === undefined) throw new GroupError('psk-required', 'adds need the pre-shared key');
  if (others.length > 0 || id.psktype !== 'external' || id.pskNonce.length !== nonceLength) {
    throw new GroupError('invalid', 'exactly one external pre-shared key is expected');
  }
  const psk = psks.find((candidate) => equalBytes(candidate.id, id.pskId));
  if (psk === undefined) throw new GroupError('psk-unknown', 'a pre-shared key this device does not hold');
  return psk;
}

function refuseAny(pskIds: readonly PreSharedKeyID[]): undefined {
  if (pskIds.length > 0) throw new GroupError('forbidden-proposal', 'a pre-shared key without an add');
}

function checkPathLeaf(
  { mls, suite }: GroupState,
  committer: Member,
  leaf: NonNullable<Commit['path']>['leafNode'],
): void {
  const credential = checkLeaf(leaf, suite, 'invalid');
  if (
    !equalBytes(leaf.signaturePublicKey, committer.signatureKey) ||
    !equalBytes(credential, committer.credential)
  ) {
    throw new GroupError('identity-changed', 'the committer changed its identity');
  }
  const taken = mls.ratchetTree.some((node) => {
    if (node === undefined) return false;
    const key = node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey;
    return equalBytes(key, leaf.hpkePublicKey);
  });
  if (taken) throw new GroupError('duplicate-key', 'the committer reused an encryption key');
}

/** No leaf removed twice, and no signature key that would stand at two leaves. */
function checkDistinct({ mls }: GroupState, adds: readonly Joiner[], removes: readonly Member[]): void {
  const gone = new Set(removes.map((member) => member.leafIndex));
  if (gone.size !== removes.length) throw new GroupError('bad-index', 'a member removed twice');
  const keys = new Set<string>();
  for (const [index, node] of mls.ratchetTree.entries()) {
    if (node?.nodeType === 'leaf' && !gone.has(index / 2)) keys.add(toHex(node.leaf.signaturePublicKey));
  }
  for (const { signatureKey } of adds) {
    const name = toHex(signatureKey);
    if (keys.has(name)) throw new GroupError('duplicate-key', 'a signature key that is already in the group');
    keys.add(name);
  }
}

/** Narrows by the proposal's type; the library's union has a numeric type that defeats plain narrowing. */
function isProposal<T extends 'add' | 'remove' | 'psk'>(
  proposal: Proposal,
  type: T,
): proposal is Extract<Proposal, { proposalType: T }> {
  return proposal.proposalType === type;
}
