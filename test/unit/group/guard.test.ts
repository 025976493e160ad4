import {
  acceptAll as acceptEverything,
  createGroupInfoWithExternalPubAndRatchetTree,
  createProposal,
  decodeMlsMessage,
  emptyPskIndex,
  encodeMlsMessage,
  joinGroupExternal,
  type Proposal,
  processPrivateMessage,
} from 'ts-mls';
import { beforeAll, describe, expect, it } from 'vitest';
import { signatureKeyPair } from '../../../client/e2ee/crypto/ed25519.ts';
import { peek } from '../../../client/e2ee/group/envelope.ts';
import { GroupError, type GroupErrorCode } from '../../../client/e2ee/group/error.ts';
import type { CommitDescription, CommitPolicy } from '../../../client/e2ee/group/policy.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { utf8 } from '../../../shared/bytes.ts';
import {
  type Attacker,
  bareKeyPackage,
  forgeCommit,
  forgeInside,
  infiltrate,
  inline,
  libraryCommit,
  makePath,
  pskProposal,
} from './attacker.ts';
import { acceptAll, assemble, deliver, makePsk, type Party } from './parties.ts';

const suite = 'x25519';
const psk = makePsk();
let attacker: Attacker;
let victim: Party;
let other: Party;

beforeAll(async () => {
  const infiltrated = await infiltrate(await assemble(suite, 3, psk), psk);
  attacker = infiltrated.attacker;
  const [first, second] = infiltrated.parties;
  if (second === undefined) throw new Error('two members expected');
  [victim, other] = [first, second];
});

/** The code the victim refuses with; afterwards the victim must still be able to work. */
async function refusal(message: Uint8Array, policy: CommitPolicy = acceptAll): Promise<GroupErrorCode> {
  try {
    await victim.group.receive(message, { policy, psks: [psk] });
  } catch (error) {
    if (!(error instanceof GroupError)) throw error;
    const sent = await other.group.send(utf8('still there'));
    const got = await victim.group.receive(sent.message, { policy, psks: [] });
    if (got.kind !== 'message') throw new Error('a message expected');
    other = { ...other, group: sent.next };
    victim = { ...victim, group: got.next };
    return error.code;
  }
  throw new Error('accepted');
}

const remove = (removed: number): Proposal => ({ proposalType: 'remove', remove: { removed } });
const add = async (keys = bareKeyPackage(suite)): Promise<Proposal> => ({
  proposalType: 'add',
  add: { keyPackage: (await keys).publicPackage },
});

describe('the guard refuses messages', () => {
  it('that are no private messages', async () => {
    const { commit } = await libraryCommit(attacker, [], { wireAsPublicMessage: true });
    expect(await refusal(commit)).toBe('wrong-wire-format');
    const { bytes } = await bareKeyPackage(suite);
    expect(await refusal(bytes)).toBe('wrong-wire-format');
    const { welcome } = await libraryCommit(attacker, [await add()]);
    expect(await refusal(welcome ?? new Uint8Array())).toBe('wrong-wire-format');
    const { mls, cs } = attacker;
    const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(mls, [], cs);
    const info = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
    expect(await refusal(info)).toBe('wrong-wire-format');
    const ghost = await bareKeyPackage(suite);
    const { publicMessage } = await joinGroupExternal(
      groupInfo,
      ghost.publicPackage,
      ghost.privatePackage,
      false,
      cs,
    );
    const external = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage });
    expect(await refusal(external)).toBe('wrong-wire-format');
    const proposal = await createProposal(mls, true, remove(0), cs);
    expect(await refusal(encodeMlsMessage(proposal.message))).toBe('wrong-wire-format');
  });

  it('of another group and of other epochs', async () => {
    const stranger = await assemble(suite, 2, psk);
    const { message } = await stranger[0].group.send(utf8('hello'));
    expect(await refusal(message)).toBe('wrong-group');
    const context = attacker.mls.groupContext;
    const commit = { proposals: [], path: await makePath(attacker) };
    expect(
      await refusal(await forgeCommit(attacker, commit, { ...context, epoch: context.epoch + 1n })),
    ).toBe('future-epoch');
    expect(
      await refusal(await forgeCommit(attacker, commit, { ...context, epoch: context.epoch - 1n })),
    ).toBe('past-epoch');
  });

  it('that were replayed, come back, or run too far ahead', async () => {
    const sent = await other.group.send(utf8('once'));
    const got = await victim.group.receive(sent.message, { policy: acceptAll, psks: [] });
    if (got.kind !== 'message') throw new Error('a message expected');
    [other, victim] = [
      { ...other, group: sent.next },
      { ...victim, group: got.next },
    ];
    expect(await refusal(sent.message)).toBe('replayed');
    const own = await victim.group.send(utf8('mine'));
    victim = { ...victim, group: own.next };
    expect(await refusal(own.message)).toBe('own-message');
    const far = await forgeInside(attacker, 'application', utf8('x'), { generation: 100_000 });
    expect(await refusal(far)).toBe('too-far-ahead');
  });

  it('from leaves that do not exist', async () => {
    for (const leafIndex of [4, 7, 1000, 0x7fffffff, 0xffffffff]) {
      const message = await forgeInside(attacker, 'application', utf8('x'), { leafIndex });
      expect(await refusal(message)).toBe('bad-index');
    }
  });

  it('from a leaf that is blank', async () => {
    const parties = await assemble(suite, 4, psk);
    const pending = await parties[0].group.commit({ removes: [2] });
    const stayed = parties.slice(1).filter(({ group }) => group.ownLeaf !== 2);
    const rest = await deliver(stayed, pending.commit, psk);
    const founder = { ...parties[0], group: pending.accept(parties[0].group) };
    const grown = await infiltrate([founder, ...rest], psk);
    const blank = await grown.parties[0].group.commit({ removes: [1] });
    const [message] = decodeMlsMessage(blank.commit, 0) ?? [];
    if (message?.wireformat !== 'mls_private_message') throw new Error('a private message expected');
    const { mls, cs } = grown.attacker;
    const { newState } = await processPrivateMessage(
      mls,
      message.privateMessage,
      emptyPskIndex,
      cs,
      acceptEverything,
    );
    const group = blank.accept(grown.parties[0].group);
    const forged = await forgeInside({ ...grown.attacker, mls: newState }, 'application', utf8('x'), {
      leafIndex: 1,
    });
    await expect(group.receive(forged, { policy: acceptAll, psks: [] })).rejects.toMatchObject({
      code: 'bad-index',
    });
  });

  it('in the name of another member', async () => {
    const inside = Uint8Array.from([1, 0x78, 0x40, 64, ...randomBytes(64)]);
    const claim = { leafIndex: other.group.ownLeaf, generation: 100 };
    expect(await refusal(await forgeInside(attacker, 'application', inside, claim))).toBe('not-authentic');
  });

  it('that are too large, cut, or followed by more', async () => {
    expect(await refusal(new Uint8Array(5_000_000))).toBe('too-large');
    const { commit } = await libraryCommit(attacker, []);
    expect(peek(commit)).toEqual({
      kind: 'commit',
      groupId: victim.group.groupId,
      epoch: victim.group.epoch,
    });
    expect(await refusal(commit.subarray(0, commit.length - 1))).toBe('malformed');
    expect(await refusal(commit.subarray(0, 3))).toBe('malformed');
    expect(await refusal(Uint8Array.from([...commit, 0]))).toBe('malformed');
    const message = await forgeInside(attacker, 'application', new Uint8Array(200_000));
    expect(await refusal(message)).toBe('too-large');
  });

  it('with any bit changed', async () => {
    const { commit } = await libraryCommit(attacker, []);
    // Behind the header: group id, epoch and content type, which are refused by other names.
    const header = 4 + 1 + 16 + 8 + 1;
    for (let at = header; at < commit.length; at += 37) {
      const changed = Uint8Array.from(commit);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(['not-authentic', 'malformed', 'too-large']).toContain(await refusal(changed));
    }
  });

  it('that are proposals, in a message or by reference', async () => {
    const { mls, cs } = attacker;
    const { message } = await createProposal(mls, false, remove(0), cs);
    expect(await refusal(encodeMlsMessage(message))).toBe('standalone-proposal');
    const reference = { proposalOrRefType: 'reference' as const, reference: randomBytes(64) };
    expect(await refusal(await forgeCommit(attacker, { proposals: [reference], path: undefined }))).toBe(
      'proposal-by-reference',
    );
  });
});

describe('the guard refuses commits', () => {
  const forge = async (proposals: readonly Proposal[], withPath = true) =>
    forgeCommit(attacker, {
      proposals: inline(...proposals),
      path: withPath ? await makePath(attacker) : undefined,
    });

  it('with proposals outside the profile', async () => {
    const path = await makePath(attacker);
    const forbidden: Proposal[] = [
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } },
      { proposalType: 'external_init', externalInit: { kemOutput: randomBytes(32) } },
      {
        proposalType: 'reinit',
        reinit: {
          groupId: randomBytes(16),
          version: 'mls10',
          cipherSuite: attacker.cs.name,
          extensions: [],
        },
      },
      { proposalType: 'update', update: { leafNode: { ...path.leafNode, leafNodeSource: 'update' } } },
      { proposalType: 0xf0f0, proposalData: randomBytes(10) },
    ];
    for (const proposal of forbidden) {
      expect(await refusal(await forge([proposal]))).toBe('forbidden-proposal');
      expect(await refusal(await forge([proposal], false))).toMatch(/forbidden-proposal|path-required/);
    }
    // The library loops for ever on this one.
    expect(await refusal(await forge([remove(1000), forbidden[1] ?? remove(0)]))).toBe('bad-index');
    expect(await refusal(await forge([forbidden[1] ?? remove(0), remove(1000)]))).toBe('forbidden-proposal');
  });

  it('with removes of nobody, of the committer, or of one member twice', async () => {
    const own = attacker.mls.privatePath.leafIndex;
    for (const index of [4, 7, 1000, 0x7fffffff, 0xffffffff, own]) {
      expect(await refusal(await forge([remove(index)]))).toBe('bad-index');
    }
    expect(await refusal(await forge([remove(1), remove(1)]))).toBe('bad-index');
  });

  it('with more proposals than any batch', async () => {
    const many = Array.from({ length: 1002 }, () => remove(1));
    expect(await refusal(await forge(many))).toBe('too-many-proposals');
  });

  it('without a path where one is needed', async () => {
    expect(await refusal(await forge([remove(1)], false))).toBe('path-required');
    expect(await refusal(await forge([], false))).toBe('path-required');
  });

  it('that add without the pre-shared key', async () => {
    expect(await refusal(await forge([await add()], false))).toBe('psk-required');
    const { commit } = await libraryCommit(attacker, [await add()]);
    expect(await refusal(commit)).toBe('psk-required');
    const unknown = makePsk('another');
    expect(await refusal(await forge([await add(), pskProposal(attacker, unknown)], false))).toBe(
      'psk-unknown',
    );
    const { groupId, epoch } = attacker.mls.groupContext;
    const resumption: Proposal = {
      proposalType: 'psk',
      psk: {
        preSharedKeyId: {
          psktype: 'resumption',
          usage: 'application',
          pskGroupId: groupId,
          pskEpoch: epoch,
          pskNonce: randomBytes(64),
        },
      },
    };
    expect(await refusal(await forge([await add(), resumption], false))).toBe('invalid');
    expect(await refusal(await forge([await add(), pskProposal(attacker, psk), resumption], false))).toBe(
      'invalid',
    );
    // The library takes one key twice, under two nonces.
    const twice = [await add(), pskProposal(attacker, psk), pskProposal(attacker, psk)];
    expect(await refusal((await libraryCommit(attacker, twice, { psks: [psk] })).commit)).toBe('invalid');
    expect(await refusal(await forge([pskProposal(attacker, psk)]))).toBe('forbidden-proposal');
  });

  it('that add with the identifier of the key but another secret', async () => {
    const wrong = { ...psk, secret: randomBytes(32) };
    const { commit } = await libraryCommit(attacker, [await add(), pskProposal(attacker, wrong)], {
      psks: [wrong],
    });
    expect(await refusal(commit)).toBe('not-authentic');
  });

  it('that add a signature key twice', async () => {
    const signature = signatureKeyPair();
    const twice = [await add(bareKeyPackage(suite, signature)), await add(bareKeyPackage(suite, signature))];
    expect(await refusal(await forge([...twice, pskProposal(attacker, psk)]))).toBe('duplicate-key');
    const taken = await add(bareKeyPackage(suite, victim.identity.signature));
    expect(await refusal(await forge([taken, pskProposal(attacker, psk)]))).toBe('duplicate-key');
  });

  it('that add bad key packages', async () => {
    const keys = await bareKeyPackage(suite);
    const { publicPackage } = keys;
    const withPackage = (keyPackage: typeof publicPackage) =>
      forge([{ proposalType: 'add', add: { keyPackage } }, pskProposal(attacker, psk)]);
    expect(await refusal(await withPackage({ ...publicPackage, signature: randomBytes(64) }))).toBe(
      'not-authentic',
    );
    expect(await refusal(await withPackage({ ...publicPackage, initKey: randomBytes(32) }))).toBe(
      'not-authentic',
    );
    const same = { ...publicPackage, initKey: publicPackage.leafNode.hpkePublicKey };
    expect(await refusal(await withPackage(same))).toBe('bad-key-package');
    const foreign = await bareKeyPackage('x-wing');
    expect(await refusal(await withPackage(foreign.publicPackage))).toBe('wrong-suite');
    const large = await bareKeyPackage(suite, signatureKeyPair(), new Uint8Array(13_000));
    expect(await refusal(await withPackage(large.publicPackage))).toBe('bad-key-package');
    const x509 = { credentialType: 'x509' as const, certificates: [] };
    const leafNode = { ...publicPackage.leafNode, credential: x509 };
    expect(await refusal(await withPackage({ ...publicPackage, leafNode }))).toBe('bad-key-package');
  });

  it('that change who a member is', async () => {
    const stolen = signatureKeyPair();
    const changes = [
      { signatureKey: stolen.publicKey, privateKey: stolen.privateKey },
      { signatureKey: victim.identity.signature.publicKey },
      { credential: utf8('somebody else') },
    ];
    for (const change of changes) {
      const path = await makePath(attacker, change);
      expect(await refusal(await forgeCommit(attacker, { proposals: [], path }))).toBe('identity-changed');
    }
  });

  it('that use an encryption key of the tree again', async () => {
    const path = await makePath(attacker);
    for (const node of attacker.mls.ratchetTree) {
      if (node === undefined) continue;
      const key = node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey;
      const leafNode = { ...path.leafNode, hpkePublicKey: key };
      expect(await refusal(await forgeCommit(attacker, { proposals: [], path: { ...path, leafNode } }))).toBe(
        'duplicate-key',
      );
    }
  });

  it('whose confirmation or path does not hold', async () => {
    expect(await refusal(await forge([]))).toBe('not-authentic');
    const path = await makePath(attacker);
    const bad = [
      { ...path, nodes: path.nodes.slice(1) },
      { ...path, nodes: [...path.nodes, ...path.nodes] },
      { ...path, nodes: path.nodes.map((node) => ({ ...node, encryptedPathSecret: [] })) },
      { ...path, nodes: path.nodes.map((node) => ({ ...node, hpkePublicKey: new Uint8Array(32) })) },
      { ...path, nodes: path.nodes.map((node) => ({ ...node, hpkePublicKey: new Uint8Array() })) },
      { ...path, leafNode: { ...path.leafNode, signature: randomBytes(64) } },
      { ...path, leafNode: { ...path.leafNode, parentHash: randomBytes(64) } },
    ];
    for (const broken of bad) {
      const message = await forgeCommit(attacker, { proposals: [], path: broken });
      expect(['invalid', 'not-authentic', 'malformed', 'duplicate-key']).toContain(await refusal(message));
    }
  });

  it('where the policy refuses or fails, and tells the policy what they do', async () => {
    const joiner = await bareKeyPackage(suite, signatureKeyPair(), utf8('joiner'));
    const { commit } = await libraryCommit(
      attacker,
      [remove(other.group.ownLeaf), await add(Promise.resolve(joiner)), pskProposal(attacker, psk)],
      { psks: [psk] },
    );
    let seen: CommitDescription | undefined;
    const refuse: CommitPolicy = (description) => {
      seen = description;
      return { kind: 'refuse', reason: 'not allowed' };
    };
    expect(await refusal(commit, refuse)).toBe('refused-by-policy');
    expect(seen).toMatchObject({
      epoch: victim.group.epoch,
      committer: {
        leafIndex: attacker.mls.privatePath.leafIndex,
        signatureKey: attacker.signature.publicKey,
      },
      adds: [{ signatureKey: joiner.signature.publicKey, credential: utf8('joiner') }],
      removes: [{ leafIndex: other.group.ownLeaf, credential: other.identity.credential }],
      pskId: psk.id,
      updates: true,
    });
    const fails: CommitPolicy = () => {
      throw new Error('policy bug');
    };
    expect(await refusal(commit, fails)).toBe('refused-by-policy');
    expect(await refusal(commit, async () => ({ kind: 'refuse', reason: 'later' }))).toBe(
      'refused-by-policy',
    );
  });

  it('before it asks the policy', async () => {
    let asked = 0;
    const policy: CommitPolicy = () => {
      asked++;
      return { kind: 'accept' };
    };
    await refusal(await forge([remove(1000)]), policy);
    await refusal(await forge([await add()], false), policy);
    expect(asked).toBe(0);
  });
});

describe('the guard lets through', () => {
  it('what an honest member on the bare library commits', async () => {
    const { commit } = await libraryCommit(attacker, [await add(), pskProposal(attacker, psk)], {
      psks: [psk],
    });
    const got = await victim.group.receive(commit, { policy: acceptAll, psks: [psk] });
    expect(got.kind).toBe('commit');
  });
});
