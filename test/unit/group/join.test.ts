import { decodeMlsMessage, type Extension, type RatchetTree } from 'ts-mls';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { GroupError, type GroupErrorCode } from '../../../client/e2ee/group/error.ts';
import { joinGroup } from '../../../client/e2ee/group/found.ts';
import type { Group } from '../../../client/e2ee/group/group.ts';
import {
  createKeyPackage,
  type KeyPackageBundle,
  parseKeyPackage,
} from '../../../client/e2ee/group/keyPackage.ts';
import type { Psk } from '../../../client/e2ee/group/policy.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { type Attacker, infiltrate, libraryCommit, pskProposal } from './attacker.ts';
import { assemble, context, makeIdentity, makePsk, type Party } from './parties.ts';

async function code(joining: Promise<unknown>): Promise<GroupErrorCode> {
  try {
    await joining;
  } catch (error) {
    if (error instanceof GroupError) return error.code;
    throw error;
  }
  throw new Error('accepted');
}

describe.each(['x-wing', 'x25519'] as const)('joining on %s', (suite) => {
  const psk = makePsk();
  let inviter: Party;
  let bundle: KeyPackageBundle;
  let welcome: Uint8Array;
  let group: Group;

  beforeAll(async () => {
    [inviter] = await assemble(suite, 3, psk);
    bundle = await createKeyPackage(await makeIdentity('joiner', suite));
    const pending = await inviter.group.commit({ adds: [bundle.bytes], psk });
    welcome = pending.welcome ?? new Uint8Array();
    group = pending.accept(inviter.group);
  });

  const join = (change: {
    welcome?: Uint8Array;
    bundle?: KeyPackageBundle;
    psk?: Psk;
    groupId?: Uint8Array;
  }) => joinGroup({ welcome, bundle, psk, groupId: group.groupId, ...change });

  it('fails without the pre-shared key and with another', async () => {
    expect(await code(join({ psk: { ...psk, secret: randomBytes(32) } }))).toBe('not-authentic');
    expect(await code(join({ psk: makePsk('another link') }))).toBe('psk-unknown');
    expect(await code(join({ psk: { ...psk, secret: new Uint8Array(8) } }))).toBe('bad-argument');
  });

  it('fails for another key package, another group, and what is no welcome', async () => {
    const other = await createKeyPackage(await makeIdentity('other', suite));
    expect(await code(join({ bundle: other }))).toBe('not-welcomed');
    expect(await code(join({ groupId: randomBytes(16) }))).toBe('wrong-group');
    expect(await code(join({ welcome: bundle.bytes }))).toBe('wrong-wire-format');
    expect(await code(join({ welcome: welcome.subarray(0, 3) }))).toBe('malformed');
    expect(await code(join({ welcome: welcome.subarray(0, -1) }))).toBe('malformed');
    expect(await code(join({ welcome: Uint8Array.from([...welcome, 0]) }))).toBe('malformed');
    expect(await code(join({ welcome: new Uint8Array(5_000_000) }))).toBe('too-large');
    const foreign = await createKeyPackage(await makeIdentity('x', suite === 'x-wing' ? 'x25519' : 'x-wing'));
    expect(await code(join({ bundle: foreign }))).toBe('wrong-suite');
  });

  it('fails where any byte of the welcome was changed', async () => {
    const step = Math.ceil(welcome.length / 60);
    for (let at = 4; at < welcome.length; at += step) {
      const changed = Uint8Array.from(welcome);
      changed[at] = (changed[at] ?? 0) ^ 0x20;
      expect(['not-authentic', 'malformed', 'wrong-suite', 'not-welcomed']).toContain(
        await code(join({ welcome: changed })),
      );
    }
  });

  it('succeeds with it after all that, once, and tells who added', async () => {
    const joined = await join({});
    expect(joined.addedBy).toEqual(inviter.group.member(0));
    expect(joined.group.context).toEqual(context);
    expect(joined.group.safetyNumber()).toBe(group.safetyNumber());
    expect(joined.group.roster()).toEqual(group.roster());
    expect(joined.group.member(joined.group.ownLeaf)?.credential).toEqual(utf8('joiner'));
    expect(await code(join({}))).toBe('spent');
  });
});

describe('a member that welcomes on its own terms', () => {
  const suite = 'x25519';
  const psk = makePsk();
  let attacker: Attacker;
  let bundle: KeyPackageBundle;

  beforeAll(async () => {
    ({ attacker } = await infiltrate(await assemble(suite, 3, psk), psk));
    bundle = await createKeyPackage(await makeIdentity('joiner', suite));
  });

  /** The refusal of a welcome that the bare library makes, with the given GroupInfo extensions. */
  async function refusal(options: {
    psks?: readonly Psk[];
    extensions?: readonly Extension[];
    withTree?: boolean;
  }): Promise<GroupErrorCode> {
    const { keyPackage } = await parseKeyPackage(bundle.bytes, Date.now());
    const { psks = [psk], ...rest } = options;
    const { welcome } = await libraryCommit(
      attacker,
      [{ proposalType: 'add', add: { keyPackage } }, ...psks.map((known) => pskProposal(attacker, known))],
      { psks, ...rest },
    );
    if (welcome === undefined) throw new Error('no welcome');
    return code(joinGroup({ welcome, bundle, psk, groupId: attacker.mls.groupContext.groupId }));
  }

  it('cannot do so without the pre-shared key', async () => {
    expect(await refusal({ psks: [] })).toBe('psk-required');
    expect(await refusal({ psks: [makePsk('own')] })).toBe('psk-unknown');
    expect(await refusal({ psks: [psk, makePsk('own')] })).toBe('invalid');
  });

  it('cannot leave the tree out or offer an external commit', async () => {
    expect(await refusal({ withTree: false })).toBe('invalid');
    const external = { extensionType: 'external_pub' as const, extensionData: randomBytes(32) };
    expect(await refusal({ extensions: [external] })).toBe('invalid');
    const extensionData = encodeRatchetTree(attacker.mls.ratchetTree);
    const tree = { extensionType: 'ratchet_tree' as const, extensionData };
    expect(await refusal({ extensions: [tree] })).toBe('invalid');
    // The tree of before the add: consistent, but not the tree that the group context names.
    expect(await refusal({ extensions: [tree], withTree: false })).toMatch(/invalid|not-authentic/);
  });

  it('cannot hand out a tree that does not hold', async () => {
    const { ratchetTree } = attacker.mls;
    const parent = (unmergedLeaves: number[]): NonNullable<RatchetTree[number]> => ({
      nodeType: 'parent',
      parent: { hpkePublicKey: randomBytes(32), parentHash: new Uint8Array(), unmergedLeaves },
    });
    const at = (index: number, node: RatchetTree[number]): RatchetTree => ratchetTree.with(index, node);
    const own = ratchetTree[0];
    if (own?.nodeType !== 'leaf') throw new Error('no leaf');
    const trees: [RatchetTree, GroupErrorCode][] = [
      // The library walks for ever from a leaf that is not there.
      [at(1, parent([1000])), 'bad-tree'],
      [at(1, parent([0xffffffff])), 'bad-tree'],
      [at(1, parent([2])), 'bad-tree'],
      [at(1, parent([1, 0])), 'bad-tree'],
      [at(1, parent([0, 0])), 'bad-tree'],
      [at(0, parent([])), 'bad-tree'],
      [at(1, own), 'bad-tree'],
      [at(2, own), 'duplicate-key'],
      [
        at(0, {
          ...own,
          leaf: { ...own.leaf, extensions: [{ extensionType: 0xf0aa, extensionData: own.leaf.signature }] },
        }),
        'bad-tree',
      ],
      [at(0, { ...own, leaf: { ...own.leaf, hpkePublicKey: randomBytes(31) } }), 'bad-tree'],
      [
        at(0, { ...own, leaf: { ...own.leaf, credential: { credentialType: 'x509', certificates: [] } } }),
        'bad-tree',
      ],
    ];
    for (const [tree, expected] of trees) {
      const extensionData = encodeRatchetTree(tree);
      expect(
        await refusal({ extensions: [{ extensionType: 'ratchet_tree', extensionData }], withTree: false }),
      ).toBe(expected);
    }
    const empty = { extensionType: 'ratchet_tree' as const, extensionData: new Uint8Array([0]) };
    expect(await refusal({ extensions: [empty], withTree: false })).toBe('malformed');
    const forged = at(0, { ...own, leaf: { ...own.leaf, signature: randomBytes(64) } });
    const extension = { extensionType: 'ratchet_tree' as const, extensionData: encodeRatchetTree(forged) };
    expect(await refusal({ extensions: [extension], withTree: false })).toMatch(/invalid|not-authentic/);
  });

  it('leaves the bundle fit for an honest welcome', async () => {
    const { keyPackage } = await parseKeyPackage(bundle.bytes, Date.now());
    const { welcome = new Uint8Array() } = await libraryCommit(
      attacker,
      [{ proposalType: 'add', add: { keyPackage } }, pskProposal(attacker, psk)],
      { psks: [psk] },
    );
    expect(decodeMlsMessage(welcome, 0)?.[0].wireformat).toBe('mls_welcome');
    const joined = await joinGroup({ welcome, bundle, psk, groupId: attacker.mls.groupContext.groupId });
    expect(joined.addedBy.leafIndex).toBe(attacker.mls.privatePath.leafIndex);
  });
});
