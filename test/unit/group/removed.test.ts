import { acceptAll, type Commit, decodeMlsMessage, emptyPskIndex, processPrivateMessage } from 'ts-mls';
import { decryptWithLabel } from 'ts-mls/crypto/hpke.js';
import { encodeGroupContext } from 'ts-mls/groupContext.js';
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import { removeLeafNode } from 'ts-mls/ratchetTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { toLeafIndex } from 'ts-mls/treemath.js';
import { applyUpdatePath } from 'ts-mls/updatePath.js';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../../../client/e2ee/group/profile.ts';
import { type Attacker, infiltrate } from './attacker.ts';
import { assemble, makePsk } from './parties.ts';

/**
 * What a member can open of a commit that removes `removed`: how many of the path's secrets yield to
 * one of its private keys, with everything else about the next epoch taken for granted.
 */
async function openedSecrets({ mls, cs }: Attacker, bytes: Uint8Array, removed: number): Promise<number> {
  const { commit, sender } = await content({ mls, cs }, bytes);
  if (commit.path === undefined) throw new Error('no path');
  const remaining = removeLeafNode(mls.ratchetTree, toLeafIndex(removed));
  const tree = await applyUpdatePath(remaining, toLeafIndex(sender), commit.path, cs.hash);
  const context = encodeGroupContext({
    ...mls.groupContext,
    epoch: mls.groupContext.epoch + 1n,
    treeHash: await treeHashRoot(tree, cs.hash),
  });
  let opened = 0;
  for (const { encryptedPathSecret } of commit.path.nodes) {
    for (const { kemOutput, ciphertext } of encryptedPathSecret) {
      for (const bytesOfKey of Object.values(mls.privatePath.privateKeys)) {
        const key = await cs.hpke.importPrivateKey(bytesOfKey);
        try {
          await decryptWithLabel(key, 'UpdatePathNode', context, kemOutput, ciphertext, cs.hpke);
          opened++;
        } catch {
          // Not for this key.
        }
      }
    }
  }
  return opened;
}

async function content(
  { mls, cs }: Pick<Attacker, 'mls' | 'cs'>,
  bytes: Uint8Array,
): Promise<{ commit: Commit; sender: number }> {
  const { content: framed } = (
    await unprotectPrivateMessage(
      mls.keySchedule.senderDataSecret,
      privateMessage(bytes),
      mls.secretTree,
      mls.ratchetTree,
      mls.groupContext,
      clientConfig.keyRetentionConfig,
      cs,
    )
  ).content;
  if (framed.contentType !== 'commit' || framed.sender.senderType !== 'member')
    throw new Error('a commit expected');
  return { commit: framed.commit, sender: framed.sender.leafIndex };
}

function privateMessage(bytes: Uint8Array) {
  const [message] = decodeMlsMessage(bytes, 0) ?? [];
  if (message?.wireformat !== 'mls_private_message') throw new Error('a private message expected');
  return message.privateMessage;
}

describe.each(['x-wing', 'x25519'] as const)('a removed member on %s', (suite) => {
  it('opens no secret of the commit that removes it, where one that stays does', async () => {
    const psk = makePsk();
    const one = await infiltrate(await assemble(suite, 4, psk), psk);
    const two = await infiltrate(one.parties, psk);
    const { attacker: stays } = two;
    // The first infiltrator, brought to the epoch of the second.
    const [committer] = two.parties;
    const leaf = one.attacker.mls.privatePath.leafIndex;
    const pending = await committer.group.commit({ removes: [leaf] });
    expect(await openedSecrets(stays, pending.commit, leaf)).toBeGreaterThan(0);
    // Everything the removed one had, in the epoch the commit was made in.
    const removed: Attacker = { ...stays, mls: { ...stays.mls, privatePath: one.attacker.mls.privatePath } };
    expect(Object.keys(removed.mls.privatePath.privateKeys).length).toBeGreaterThan(0);
    expect(await openedSecrets(removed, pending.commit, leaf)).toBe(0);
    const { cs, mls } = removed;
    const result = await processPrivateMessage(
      mls,
      privateMessage(pending.commit),
      emptyPskIndex,
      cs,
      acceptAll,
    );
    if (result.kind !== 'newState') throw new Error('a new state expected');
    expect(result.newState.groupActiveState.kind).toBe('removedFromGroup');
    const after = pending.accept(committer.group);
    expect(result.newState.keySchedule.epochAuthenticator).not.toEqual(after.epochAuthenticator());
  });
});
