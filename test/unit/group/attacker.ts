import {
  type CiphersuiteImpl,
  type ClientState,
  type Commit,
  createCommit,
  decodeMlsMessage,
  type Extension,
  encodeMlsMessage,
  type GroupContext,
  generateKeyPackageWithKey,
  joinGroup,
  type Proposal,
  type ProposalOrRef,
} from 'ts-mls';
import { createContentCommitSignature } from 'ts-mls/framedContent.js';
import { protect } from 'ts-mls/messageProtection.js';
import { encodePrivateContentAAD, encryptSenderData } from 'ts-mls/privateMessage.js';
import { ratchetToGeneration } from 'ts-mls/secretTree.js';
import type { ReuseGuard } from 'ts-mls/sender.js';
import { toLeafIndex } from 'ts-mls/treemath.js';
import { createUpdatePath } from 'ts-mls/updatePath.js';
import { signatureKeyPair } from '../../../client/e2ee/crypto/ed25519.ts';
import type { Psk } from '../../../client/e2ee/group/policy.ts';
import { capabilities, clientConfig } from '../../../client/e2ee/group/profile.ts';
import { pskIndex } from '../../../client/e2ee/group/receive.ts';
import { ciphersuite, type GroupSuite } from '../../../client/e2ee/group/suite.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { deliver, type Party } from './parties.ts';

/** A member of the group that runs the bare library and says whatever it likes, properly signed. */
export interface Attacker {
  readonly cs: CiphersuiteImpl;
  readonly mls: ClientState;
  readonly signature: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };
}

export async function bareKeyPackage(
  suite: GroupSuite,
  signature = signatureKeyPair(),
  credential: Uint8Array = utf8('attacker'),
) {
  const cs = await ciphersuite(suite);
  const now = BigInt(Math.floor(Date.now() / 1000));
  const keys = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity: credential },
    capabilities(suite),
    { notBefore: now - 3600n, notAfter: now + 3600n },
    [],
    { publicKey: signature.publicKey, signKey: signature.privateKey },
    cs,
  );
  const { publicPackage: keyPackage } = keys;
  const bytes = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage });
  return { ...keys, bytes, signature, cs };
}

/** Lets an attacker into the group of the given parties. */
export async function infiltrate(
  [committer, ...others]: readonly [Party, ...Party[]],
  psk: Psk,
): Promise<{ attacker: Attacker; parties: [Party, ...Party[]] }> {
  const keys = await bareKeyPackage(committer.identity.suite);
  const pending = await committer.group.commit({ adds: [keys.bytes], psk });
  const group = pending.accept(committer.group);
  const stayed = await deliver(others, pending.commit, psk);
  const [message] = decodeMlsMessage(pending.welcome ?? new Uint8Array(), 0) ?? [];
  if (message?.wireformat !== 'mls_welcome') throw new Error('no welcome');
  const { publicPackage, privatePackage, cs, signature } = keys;
  const mls = await joinGroup(
    message.welcome,
    publicPackage,
    privatePackage,
    pskIndex([psk]),
    cs,
    undefined,
    undefined,
    clientConfig,
  );
  return { attacker: { cs, mls, signature }, parties: [{ ...committer, group }, ...stayed] };
}

export function inline(...proposals: readonly Proposal[]): ProposalOrRef[] {
  return proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal }));
}

/** A path as the library would make it for an update, with another signature key if given. */
export async function makePath(
  { mls, cs, signature }: Attacker,
  change: { signatureKey?: Uint8Array; credential?: Uint8Array; privateKey?: Uint8Array } = {},
): Promise<NonNullable<Commit['path']>> {
  const tree = mls.ratchetTree.slice();
  const own = tree[2 * mls.privatePath.leafIndex];
  if (own?.nodeType !== 'leaf') throw new Error('no leaf');
  tree[2 * mls.privatePath.leafIndex] = {
    nodeType: 'leaf',
    leaf: {
      ...own.leaf,
      signaturePublicKey: change.signatureKey ?? own.leaf.signaturePublicKey,
      credential:
        change.credential === undefined
          ? own.leaf.credential
          : { credentialType: 'basic', identity: change.credential },
    },
  };
  const [, path] = await createUpdatePath(
    tree,
    toLeafIndex(mls.privatePath.leafIndex),
    mls.groupContext,
    change.privateKey ?? signature.privateKey,
    cs,
  );
  return path;
}

/** A signed, encrypted commit with exactly this content; its confirmation tag is made up. */
export async function forgeCommit(
  { mls, cs, signature }: Attacker,
  commit: Commit,
  context: GroupContext = mls.groupContext,
): Promise<Uint8Array> {
  const leafIndex = mls.privatePath.leafIndex;
  const signed = await createContentCommitSignature(
    context,
    'mls_private_message',
    commit,
    { senderType: 'member', leafIndex },
    new Uint8Array(),
    signature.privateKey,
    cs.signature,
  );
  const auth = {
    contentType: 'commit' as const,
    signature: signed.signature,
    confirmationTag: randomBytes(cs.kdf.size),
  };
  const { privateMessage } = await protect(
    mls.keySchedule.senderDataSecret,
    new Uint8Array(),
    context,
    mls.secretTree,
    { ...signed.framedContent, auth },
    leafIndex,
    clientConfig.paddingConfig,
    cs,
  );
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage });
}

/**
 * An encrypted message whose inside is arbitrary bytes, from any leaf and of any generation: every
 * member can derive every sender's message keys, only the signature tells them apart.
 */
export async function forgeInside(
  { mls, cs }: Attacker,
  contentType: 'application' | 'commit',
  inside: Uint8Array,
  claim: { leafIndex?: number; generation?: number } = {},
): Promise<Uint8Array> {
  const { groupId, epoch } = mls.groupContext;
  const { leafIndex = mls.privatePath.leafIndex, generation = 0 } = claim;
  const reuseGuard = reuseGuardOf(randomBytes(4));
  const known = leafIndex * 2 < mls.secretTree.length && generation < 500;
  const from = known
    ? { leafIndex, generation, reuseGuard }
    : { leafIndex: mls.privatePath.leafIndex, generation: 0, reuseGuard };
  const retention = clientConfig.keyRetentionConfig;
  const { key, nonce } = await ratchetToGeneration(mls.secretTree, from, contentType, retention, cs);
  const authenticatedData = new Uint8Array();
  const aad = encodePrivateContentAAD({ groupId, epoch, contentType, authenticatedData });
  const ciphertext = await cs.hpke.encryptAead(key, nonce, aad, inside);
  const encryptedSenderData = await encryptSenderData(
    mls.keySchedule.senderDataSecret,
    { leafIndex, generation, reuseGuard },
    { groupId, epoch, contentType },
    ciphertext,
    cs,
  );
  const privateMessage = { groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext };
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage });
}

function reuseGuardOf(bytes: Uint8Array): ReuseGuard {
  // The library brands four bytes by a literal length, which no constructor of Uint8Array can give.
  return bytes as ReuseGuard;
}

/** A commit as the bare library makes it, with any proposals it takes. */
export async function libraryCommit(
  { mls, cs }: Attacker,
  proposals: readonly Proposal[],
  options: {
    wireAsPublicMessage?: boolean;
    psks?: readonly Psk[];
    extensions?: readonly Extension[];
    withTree?: boolean;
  } = {},
) {
  const { extensions = [], withTree = true, wireAsPublicMessage = false, psks = [] } = options;
  const made = await createCommit(
    { state: mls, cipherSuite: cs, pskIndex: pskIndex(psks) },
    {
      extraProposals: [...proposals],
      ratchetTreeExtension: withTree,
      groupInfoExtensions: [...extensions],
      wireAsPublicMessage,
    },
  );
  const { welcome } = made;
  return {
    commit: encodeMlsMessage(made.commit),
    welcome:
      welcome === undefined
        ? undefined
        : encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome }),
  };
}

export function pskProposal({ cs }: Attacker, psk: Psk): Proposal {
  const preSharedKeyId = { psktype: 'external', pskId: psk.id, pskNonce: randomBytes(cs.kdf.size) } as const;
  return { proposalType: 'psk', psk: { preSharedKeyId } };
}
