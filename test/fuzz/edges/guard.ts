import fc from 'fast-check';
import type { Commit, Proposal } from 'ts-mls';
import { encodePrivateMessageContent } from 'ts-mls/privateMessage.js';
import { peek } from '../../../client/e2ee/group/envelope.ts';
import { GroupError } from '../../../client/e2ee/group/error.ts';
import { joinGroup } from '../../../client/e2ee/group/found.ts';
import { createKeyPackage, inspectKeyPackage } from '../../../client/e2ee/group/keyPackage.ts';
import type { CommitPolicy } from '../../../client/e2ee/group/policy.ts';
import { clientConfig } from '../../../client/e2ee/group/profile.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { equalBytes } from '../../../shared/bytes.ts';
import {
  forgeCommit,
  forgeInside,
  infiltrate,
  inline,
  libraryCommit,
  makePath,
} from '../../unit/group/attacker.ts';
import { acceptAll, assemble, makeIdentity, makePsk } from '../../unit/group/parties.ts';
import { mutatedBytes } from '../arbitrary.ts';
import { digestOf, runEdge, type Verdict } from '../edge.ts';

const suite = 'x25519';

type Case =
  | { readonly kind: 'message' | 'welcome' | 'key package' | 'envelope'; readonly bytes: Uint8Array }
  /** Bytes that a member encrypted, so that they reach the library's decoders. */
  | { readonly kind: 'inside'; readonly type: 'application' | 'commit'; readonly bytes: Uint8Array }
  /** Commits that a member signed, so that they reach the guard and, where it lets them, the library. */
  | { readonly kind: 'signed'; readonly proposals: readonly Proposal[]; readonly path: Commit['path'] };

const bytes = fc.uint8Array({ maxLength: 80 });
const random = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc
    .tuple(fc.constantFrom(1, 2, 3, 4, 5), fc.uint8Array({ maxLength: 400 }))
    .map(([format, rest]) => Uint8Array.from([0, 1, 0, format, ...rest])),
);
const proposal: fc.Arbitrary<Proposal> = fc.oneof(
  fc
    .oneof(fc.nat(8), fc.integer({ min: 0, max: 0xffffffff }))
    .map((removed): Proposal => ({ proposalType: 'remove', remove: { removed } })),
  bytes.map((kemOutput): Proposal => ({ proposalType: 'external_init', externalInit: { kemOutput } })),
  fc
    .tuple(fc.integer({ min: 8, max: 0xffff }), bytes)
    .map(([proposalType, proposalData]): Proposal => ({ proposalType, proposalData })),
  fc.tuple(bytes, bytes).map(
    ([pskId, pskNonce]): Proposal => ({
      proposalType: 'psk',
      psk: { preSharedKeyId: { psktype: 'external', pskId, pskNonce } },
    }),
  ),
);
const node = fc.record({
  hpkePublicKey: fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }), bytes),
  encryptedPathSecret: fc.array(fc.record({ kemOutput: bytes, ciphertext: bytes }), { maxLength: 4 }),
});

await runEdge<Case>(async () => {
  const psk = makePsk();
  const { attacker, parties } = await infiltrate(await assemble(suite, 4, psk), psk);
  const [victim] = parties;
  const bundle = await createKeyPackage(await makeIdentity('joiner', suite));
  const pending = await victim.group.commit({ adds: [bundle.bytes], psk });
  const welcome = pending.welcome ?? new Uint8Array();
  const { commit } = await libraryCommit(attacker, []);
  const path = await makePath(attacker);
  const content = encodePrivateMessageContent(clientConfig.paddingConfig)({
    contentType: 'commit',
    commit: { proposals: inline({ proposalType: 'remove', remove: { removed: 1 } }), path },
    auth: { contentType: 'commit', signature: randomBytes(64), confirmationTag: randomBytes(64) },
  });
  // Removing the victim needs no confirmation tag; here nobody may.
  const notTheVictim: CommitPolicy = ({ removes }) =>
    removes.some(({ leafIndex }) => leafIndex === victim.group.ownLeaf)
      ? { kind: 'refuse', reason: 'not the victim' }
      : { kind: 'accept' };

  const outer = (kind: 'message' | 'welcome' | 'key package' | 'envelope', valid: Uint8Array) =>
    fc
      .oneof(random, mutatedBytes(valid))
      // What the edits left as it was is no case.
      .filter((changed) => !equalBytes(changed, valid))
      .map((changed): Case => ({ kind, bytes: changed }));
  const inside = fc
    .record({
      type: fc.constantFrom('application' as const, 'commit' as const),
      bytes: fc.oneof(fc.uint8Array({ maxLength: 300 }), mutatedBytes(content)),
    })
    .map((made): Case => ({ kind: 'inside', ...made }));
  const signed = fc
    .record({
      proposals: fc.array(proposal, { maxLength: 3 }),
      path: fc.oneof(
        fc.constant(undefined),
        fc.constant(path),
        fc.array(node, { maxLength: 4 }).map((nodes) => ({ ...path, nodes })),
        bytes.map((parentHash) => ({ ...path, leafNode: { ...path.leafNode, parentHash } })),
      ),
    })
    .map((made): Case => ({ kind: 'signed', ...made }));

  const options = { policy: acceptAll, psks: [psk] };
  const run = async (given: Case): Promise<unknown> => {
    switch (given.kind) {
      case 'message':
        return victim.group.receive(given.bytes, options);
      case 'welcome':
        return joinGroup({ welcome: given.bytes, bundle, psk, groupId: victim.group.groupId });
      case 'key package':
        return inspectKeyPackage(given.bytes);
      case 'envelope':
        return peek(given.bytes);
      case 'inside':
        return victim.group.receive(await forgeInside(attacker, given.type, given.bytes), options);
      case 'signed': {
        const message = await forgeCommit(attacker, {
          proposals: inline(...given.proposals),
          path: given.path,
        });
        return victim.group.receive(message, { policy: notTheVictim, psks: [psk] });
      }
    }
  };
  return {
    batch: 200,
    cases: fc.oneof(
      outer('message', commit),
      outer('welcome', welcome),
      outer('key package', bundle.bytes),
      outer('envelope', commit),
      inside,
      signed,
    ),
    async take(given): Promise<Verdict> {
      try {
        await run(given);
      } catch (error) {
        if (error instanceof GroupError) return 'refused';
        throw error;
      }
      // An envelope is only read, and its ciphertext may be anything.
      if (given.kind !== 'envelope') throw new Error('malformed bytes were accepted');
      return 'read';
    },
    state: () => digestOf([victim.group.epoch, victim.group.roster()]),
    close: () => undefined,
  };
});
