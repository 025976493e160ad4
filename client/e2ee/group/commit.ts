import type { ClientState, Proposal } from 'ts-mls';
import { createCommit } from 'ts-mls/createCommit.js';
import { encodeMlsMessage } from 'ts-mls/message.js';
import { consumeRatchet } from 'ts-mls/secretTree.js';
import { toNodeIndex } from 'ts-mls/treemath.js';
import { randomBytes } from '../sodium.ts';
import { GroupError } from './error.ts';
import { parseKeyPackage } from './keyPackage.ts';
import type { Psk } from './policy.ts';
import { bounds } from './profile.ts';
import { pskIndex } from './receive.ts';
import { refusing } from './refusal.ts';
import { checkTransition, checkTree, memberAt, type RosterChange, rosterOf } from './roster.ts';
import { type GroupState, pruned } from './state.ts';

/** What a commit should do. Nothing at all is an update: new keys for this device's path. */
export interface CommitRequest {
  /** Key packages of joiners; each is inspected first. */
  readonly adds?: readonly Uint8Array[] | undefined;
  /** Leaf indices of members to remove; never this device's own. */
  readonly removes?: readonly number[] | undefined;
  /** Required with adds, refused without. */
  readonly psk?: Psk | undefined;
}

export interface MadeCommit extends RosterChange {
  readonly next: ClientState;
  /** The state to go on with while the delivery service decides: one handshake key is used up. */
  readonly waiting: ClientState;
  readonly commit: Uint8Array;
  readonly welcome: Uint8Array | undefined;
  readonly consumed: readonly Uint8Array[];
}

/** Builds a commit and the state after it. The state given is never touched. Throws GroupError. */
export async function makeCommit(state: GroupState, request: CommitRequest): Promise<MadeCommit> {
  const { mls, cs, suite } = state;
  const { adds = [], removes = [], psk } = request;
  if (adds.length > 0 !== (psk !== undefined)) {
    throw new GroupError('psk-required', 'adds need a pre-shared key, and only adds take one');
  }
  if (psk !== undefined) assertPsk(psk);
  const proposals: Proposal[] = [];
  for (const leafIndex of removes) {
    if (memberAt(mls.ratchetTree, leafIndex) === undefined || leafIndex === mls.privatePath.leafIndex) {
      throw new GroupError('bad-index', 'a remove that names no other member');
    }
    proposals.push({ proposalType: 'remove', remove: { removed: leafIndex } });
  }
  const joiners: { signatureKey: Uint8Array; credential: Uint8Array }[] = [];
  for (const bytes of adds) {
    const { keyPackage, ...joiner } = await parseKeyPackage(bytes, Date.now());
    if (joiner.suite !== suite) throw new GroupError('wrong-suite', 'a key package of another suite');
    joiners.push(joiner);
    proposals.push({ proposalType: 'add', add: { keyPackage } });
  }
  if (psk !== undefined) {
    const preSharedKeyId = {
      psktype: 'external',
      pskId: psk.id,
      pskNonce: randomBytes(cs.kdf.size),
    } as const;
    proposals.push({ proposalType: 'psk', psk: { preSharedKeyId } });
  }
  if (proposals.length > bounds.proposals) throw new GroupError('too-many-proposals', 'too many proposals');

  const made = await refusing('commit', () =>
    createCommit(
      { state: mls, cipherSuite: cs, pskIndex: pskIndex(psk === undefined ? [] : [psk]) },
      { extraProposals: proposals, ratchetTreeExtension: true },
    ),
  );
  const next = pruned(made.newState);
  checkTree(next.ratchetTree, suite);
  const change = checkTransition(rosterOf(mls.ratchetTree), rosterOf(next.ratchetTree), {
    removes,
    adds: joiners,
  });
  const { welcome } = made;
  const encodedWelcome =
    welcome === undefined
      ? undefined
      : encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome });
  const commit = encodeMlsMessage(made.commit);
  if (commit.length > bounds.commitBytes || (encodedWelcome?.length ?? 0) > bounds.welcomeBytes) {
    throw new GroupError('too-large', 'the commit has outgrown what the delivery service takes');
  }
  const { waiting, used } = await burnHandshakeKey(state);
  return { next, waiting, commit, welcome: encodedWelcome, ...change, consumed: [...made.consumed, ...used] };
}

/**
 * The library forgets that a commit that loses used a handshake key; a second commit in the same epoch
 * would use it again, with only the 32-bit reuse guard between them. So it is used up here.
 */
async function burnHandshakeKey({
  mls,
  cs,
}: GroupState): Promise<{ waiting: ClientState; used: Uint8Array[] }> {
  const node = toNodeIndex(2 * mls.privatePath.leafIndex);
  const { newTree, consumed } = await consumeRatchet(mls.secretTree, node, 'commit', cs);
  return { waiting: { ...mls, secretTree: newTree }, used: consumed };
}

/** Throws GroupError('bad-argument') for a PSK that is too short to protect anything. */
export function assertPsk({ id, secret }: Psk): void {
  if (id.length === 0 || id.length > bounds.pskIdBytes || secret.length < 16) {
    throw new GroupError('bad-argument', 'a pre-shared key needs an identifier and 16 bytes of secret');
  }
}
