import type { LeafNode, RatchetTree } from 'ts-mls';
import { equalBytes } from '../../../shared/bytes.ts';
import { GroupError } from './error.ts';
import { bounds, checkLeaf } from './profile.ts';
import { type GroupSuite, hpkePublicKeyLength } from './suite.ts';

/** A leaf of the tree: who is in the group. */
export interface Member {
  readonly leafIndex: number;
  /** Ed25519, 32 bytes. */
  readonly signatureKey: Uint8Array;
  /** As given to `createKeyPackage` or `foundGroup`. */
  readonly credential: Uint8Array;
}

/** The member that a leaf stands for. Throws GroupError `bad-tree` for one without a basic credential. */
export function memberOf(leafIndex: number, leaf: LeafNode): Member {
  if (leaf.credential.credentialType !== 'basic') {
    throw new GroupError('bad-tree', 'a member without a basic credential');
  }
  return { leafIndex, signatureKey: leaf.signaturePublicKey, credential: leaf.credential.identity };
}

/** The member at a leaf index, or undefined for a blank leaf, an index outside or no index at all. */
export function memberAt(tree: RatchetTree, leafIndex: number): Member | undefined {
  if (!Number.isInteger(leafIndex) || leafIndex < 0 || 2 * leafIndex >= tree.length) return undefined;
  const node = tree[2 * leafIndex];
  return node?.nodeType === 'leaf' ? memberOf(leafIndex, node.leaf) : undefined;
}

/** All members in the order of their leaves. */
export function rosterOf(tree: RatchetTree): readonly Member[] {
  return tree.flatMap((node, index) => (node?.nodeType === 'leaf' ? [memberOf(index / 2, node.leaf)] : []));
}

/**
 * What the library leaves unchecked in a tree, and what would make it loop: leaves within the profile,
 * unmerged leaves that exist, lie below their node and ascend, and no key twice (RFC 9420 section
 * 12.4.3.1). Throws GroupError 'bad-tree', 'duplicate-key'.
 */
export function checkTree(tree: RatchetTree, suite: GroupSuite): void {
  if ((tree.length + 1) / 2 > bounds.leaves) throw new GroupError('too-large', 'too many leaves');
  const encryptionKeys = new Set<string>();
  const signatureKeys = new Set<string>();
  for (const [index, node] of tree.entries()) {
    if (node === undefined) continue;
    const atLeaf = index % 2 === 0;
    if (atLeaf !== (node.nodeType === 'leaf')) throw new GroupError('bad-tree', 'a node of the wrong kind');
    if (node.nodeType === 'leaf') {
      checkLeaf(node.leaf, suite, 'bad-tree');
      addUnique(signatureKeys, node.leaf.signaturePublicKey);
      addUnique(encryptionKeys, node.leaf.hpkePublicKey);
    } else {
      if (node.parent.hpkePublicKey.length !== hpkePublicKeyLength(suite)) {
        throw new GroupError('bad-tree', 'a parent key of the wrong length');
      }
      addUnique(encryptionKeys, node.parent.hpkePublicKey);
      checkUnmerged(tree, index, node.parent.unmergedLeaves);
    }
  }
}

function addUnique(seen: Set<string>, key: Uint8Array): void {
  // Keys of X-Wing have 1,216 bytes and a tree has hundreds: hexadecimal would cost more than the rest.
  const name = String.fromCharCode(...key);
  if (seen.has(name)) throw new GroupError('duplicate-key', 'one key at two nodes');
  seen.add(name);
}

function checkUnmerged(tree: RatchetTree, index: number, unmerged: readonly number[]): void {
  // A parent at level k covers the 2^k - 1 node indices either side of its own.
  const reach = (index ^ (index + 1)) >> 1;
  let previous = -1;
  for (const leafIndex of unmerged) {
    const node = 2 * leafIndex;
    if (leafIndex <= previous || Math.abs(node - index) > reach || tree[node]?.nodeType !== 'leaf') {
      throw new GroupError('bad-tree', 'unmerged leaves that do not fit the tree');
    }
    previous = leafIndex;
  }
}

/** What changed between two rosters of one group. */
export interface RosterChange {
  readonly added: readonly Member[];
  readonly removed: readonly Member[];
}

/**
 * Compares the rosters before and after a commit with what the commit said: exactly the announced
 * members are gone and there, and everybody else kept signature key and credential (RFC 9420 leaves
 * the latter to the application). Throws GroupError('identity-changed').
 */
export function checkTransition(
  before: readonly Member[],
  after: readonly Member[],
  said: { removes: readonly number[]; adds: readonly Pick<Member, 'signatureKey' | 'credential'>[] },
): RosterChange {
  const removedLeaves = new Set(said.removes);
  const removed = before.filter((member) => removedLeaves.has(member.leafIndex));
  const left = new Map(after.map((member) => [member.leafIndex, member]));
  for (const member of before) {
    if (removedLeaves.has(member.leafIndex)) continue;
    const now = left.get(member.leafIndex);
    if (now === undefined || !sameIdentity(now, member)) {
      throw new GroupError('identity-changed', 'a member changed its identity in a commit');
    }
    left.delete(member.leafIndex);
  }
  const added = [...left.values()];
  const announced =
    added.length === said.adds.length &&
    removed.length === said.removes.length &&
    said.adds.every((add) => added.some((member) => sameIdentity(member, add)));
  if (!announced) throw new GroupError('identity-changed', 'the tree is not what the commit announced');
  return { added, removed };
}

function sameIdentity(
  a: Pick<Member, 'signatureKey' | 'credential'>,
  b: Pick<Member, 'signatureKey' | 'credential'>,
): boolean {
  return equalBytes(a.signatureKey, b.signatureKey) && equalBytes(a.credential, b.credential);
}
