import type { ClientState, PrivateMessage, PskIndex } from 'ts-mls';
import { type UnprotectResult, unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import { decryptSenderData } from 'ts-mls/privateMessage.js';
import { processPrivateMessage } from 'ts-mls/processMessages.js';
import { equalBytes } from '../../../shared/bytes.ts';
import { wipe } from '../sodium.ts';
import { decodeEnvelope } from './envelope.ts';
import { GroupError } from './error.ts';
import { describeCommit } from './guard.ts';
import type { CommitDescription, CommitPolicy, Psk } from './policy.ts';
import { bounds, clientConfig } from './profile.ts';
import { refusing } from './refusal.ts';
import { checkTransition, checkTree, type Member, memberAt, rosterOf } from './roster.ts';
import { type GroupState, pruned } from './state.ts';

/** What opening a message needs of one epoch. */
type EpochKeys = Pick<ClientState, 'secretTree' | 'ratchetTree' | 'groupContext'> & {
  senderDataSecret: Uint8Array;
};

export interface ReceiveOptions {
  readonly policy: CommitPolicy;
  /** The pre-shared keys this device accepts with adds. */
  readonly psks: readonly Psk[];
}

export type Outcome =
  | {
      readonly kind: 'message';
      readonly mls: ClientState;
      readonly sender: Member;
      readonly plaintext: Uint8Array;
      readonly aad: Uint8Array;
      readonly epoch: bigint;
      /** Keys to overwrite once the new state is taken. */
      readonly consumed: readonly Uint8Array[];
    }
  | {
      readonly kind: 'commit';
      readonly mls: ClientState;
      readonly commit: CommitDescription;
      readonly added: readonly Member[];
      readonly removed: readonly Member[];
      readonly consumed: readonly Uint8Array[];
    }
  | { readonly kind: 'removed'; readonly commit: CommitDescription };

/** Opens and judges one message. Pure: the state given is never touched. Throws GroupError. */
export async function receiveMessage(
  state: GroupState,
  message: Uint8Array,
  options: ReceiveOptions,
): Promise<Outcome> {
  const envelope = decodeEnvelope(message);
  const { groupContext } = state.mls;
  if (!equalBytes(envelope.groupId, groupContext.groupId))
    throw new GroupError('wrong-group', 'another group');
  if (envelope.epoch > groupContext.epoch) throw new GroupError('future-epoch', 'an epoch still to come');
  if (envelope.contentType === 'proposal') {
    throw new GroupError('standalone-proposal', 'proposals must stand in a commit');
  }
  if (envelope.contentType === 'commit') return receiveCommit(state, envelope, options);
  return receiveApplication(state, envelope);
}

async function receiveApplication(state: GroupState, envelope: PrivateMessage): Promise<Outcome> {
  const { mls } = state;
  const { epoch } = envelope;
  const past = epoch === mls.groupContext.epoch ? undefined : mls.historicalReceiverData.get(epoch);
  if (past === undefined && epoch !== mls.groupContext.epoch) {
    throw new GroupError('past-epoch', 'the keys of this epoch are gone');
  }
  const keys = past ?? currentKeys(mls);
  const { sender, opened } = await open(state, keys, envelope);
  const { content } = opened.content;
  if (content.contentType !== 'application') throw new GroupError('malformed', 'not an application message');
  const next: ClientState =
    past === undefined
      ? { ...mls, secretTree: opened.tree }
      : {
          ...mls,
          historicalReceiverData: new Map(mls.historicalReceiverData).set(epoch, {
            ...past,
            secretTree: opened.tree,
          }),
        };
  return {
    kind: 'message',
    mls: next,
    sender,
    plaintext: content.applicationData,
    aad: content.authenticatedData,
    epoch,
    consumed: opened.consumed,
  };
}

async function receiveCommit(
  state: GroupState,
  envelope: PrivateMessage,
  options: ReceiveOptions,
): Promise<Outcome> {
  const { mls, cs, suite } = state;
  if (envelope.epoch < mls.groupContext.epoch)
    throw new GroupError('past-epoch', 'a commit of an earlier epoch');
  const { sender, opened } = await open(state, currentKeys(mls), envelope);
  const { content } = opened.content;
  if (content.contentType !== 'commit') throw new GroupError('malformed', 'not a commit');
  // Only the message key is this run's own; the ratchet secret beside it is still the state's.
  const messageKey = opened.consumed.at(-1);
  if (messageKey !== undefined) wipe(messageKey);

  const commit = await describeCommit(state, content.commit, sender.leafIndex, options.psks);
  await ask(options.policy, commit);
  const ownLeaf = mls.privatePath.leafIndex;
  // The library fails where a removed leaf is filled again in the same commit, so removal is seen here.
  if (commit.removes.some((member) => member.leafIndex === ownLeaf)) return { kind: 'removed', commit };

  const result = await refusing('commit', () =>
    processPrivateMessage(mls, envelope, pskIndex(options.psks), cs, (incoming) =>
      incoming.kind === 'commit' && incoming.senderLeafIndex === sender.leafIndex ? 'accept' : 'reject',
    ),
  );
  if (
    result.kind !== 'newState' ||
    result.actionTaken !== 'accept' ||
    result.newState.groupActiveState.kind !== 'active'
  ) {
    throw new GroupError('invalid', 'the commit was not applied');
  }
  const next = result.newState;
  checkTree(next.ratchetTree, suite);
  const change = checkTransition(rosterOf(mls.ratchetTree), rosterOf(next.ratchetTree), {
    removes: commit.removes.map((member) => member.leafIndex),
    adds: commit.adds,
  });
  return { kind: 'commit', mls: pruned(next), commit, ...change, consumed: result.consumed };
}

async function ask(policy: CommitPolicy, commit: CommitDescription): Promise<void> {
  let reason = 'the policy failed';
  try {
    const verdict = await policy(commit);
    if (verdict.kind === 'accept') return;
    reason = verdict.reason;
  } catch (cause) {
    throw new GroupError('refused-by-policy', 'the policy failed', { reason, cause });
  }
  throw new GroupError('refused-by-policy', 'the policy refused the commit', { reason });
}

/** The PSKs for the library: external ones by identifier, never a resumption. */
export function pskIndex(psks: readonly Psk[]): PskIndex {
  return {
    findPsk: (id) =>
      id.psktype === 'external' ? psks.find((psk) => equalBytes(psk.id, id.pskId))?.secret : undefined,
  };
}

function currentKeys(mls: ClientState): EpochKeys {
  return {
    secretTree: mls.secretTree,
    ratchetTree: mls.ratchetTree,
    groupContext: mls.groupContext,
    senderDataSecret: mls.keySchedule.senderDataSecret,
  };
}

/** Decrypts and verifies; looks at the sender first, whose index and generation the library trusts. */
async function open(
  { mls, cs }: GroupState,
  keys: EpochKeys,
  envelope: PrivateMessage,
): Promise<{ sender: Member; opened: UnprotectResult }> {
  const senderData = await refusing('sender', () => decryptSenderData(envelope, keys.senderDataSecret, cs));
  if (senderData === undefined) throw new GroupError('malformed', 'sender');
  const { leafIndex, generation } = senderData;
  const sender = memberAt(keys.ratchetTree, leafIndex);
  const node = keys.secretTree[2 * leafIndex];
  if (sender === undefined || node === undefined)
    throw new GroupError('bad-index', 'a sender outside the group');
  if (leafIndex === mls.privatePath.leafIndex)
    throw new GroupError('own-message', 'a message of this device');
  const ratchet = envelope.contentType === 'application' ? node.application : node.handshake;
  if (generation < ratchet.generation && ratchet.unusedGenerations[generation] === undefined) {
    throw new GroupError('replayed', 'the key of this message has been used');
  }
  if (generation - ratchet.generation > bounds.aheadMessages) {
    throw new GroupError('too-far-ahead', 'too many messages are missing before this one');
  }
  const opened = await refusing('message', () =>
    unprotectPrivateMessage(
      keys.senderDataSecret,
      envelope,
      keys.secretTree,
      keys.ratchetTree,
      keys.groupContext,
      clientConfig.keyRetentionConfig,
      cs,
    ),
  );
  const from = opened.content.content.sender;
  if (from.senderType !== 'member' || from.leafIndex !== leafIndex) {
    throw new GroupError('bad-index', 'a sender that contradicts itself');
  }
  return { sender, opened };
}
