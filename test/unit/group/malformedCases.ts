import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import type { Commit, Proposal } from 'ts-mls';
import { encodePrivateMessageContent } from 'ts-mls/privateMessage.js';
import { z } from 'zod';
import { peek } from '../../../client/e2ee/group/envelope.ts';
import { GroupError } from '../../../client/e2ee/group/error.ts';
import { joinGroup } from '../../../client/e2ee/group/found.ts';
import { createKeyPackage, inspectKeyPackage } from '../../../client/e2ee/group/keyPackage.ts';
import { clientConfig } from '../../../client/e2ee/group/profile.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import {
  type Attacker,
  forgeCommit,
  forgeInside,
  infiltrate,
  inline,
  libraryCommit,
  makePath,
} from './attacker.ts';
import { acceptAll, assemble, makeIdentity, makePsk, type Party } from './parties.ts';

// Runs in a worker thread of malformed.test.ts, which ends it where a case does not end by itself.

const suite = 'x25519';
const psk = makePsk();
const { seed, runs } = z.object({ seed: z.number(), runs: z.number() }).parse(workerData);
const settings = { seed, numRuns: runs };

/** A valid encoding with some bytes replaced, cut out or doubled. */
function mutated(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat(valid.length - 1),
    kind: fc.constantFrom('set', 'cut', 'double'),
    value: fc.integer({ min: 0, max: 255 }),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce((bytes, { at, kind, value }) => {
      const here = Math.min(at, Math.max(0, bytes.length - 1));
      if (kind === 'set') return bytes.length === 0 ? bytes : bytes.with(here, value);
      if (kind === 'cut')
        return Uint8Array.from([...bytes.subarray(0, here), ...bytes.subarray(here + 1 + (value % 40))]);
      return Uint8Array.from([...bytes.subarray(0, here + 1), ...bytes.subarray(here)]);
    }, valid),
  );
}

async function onlyRefuses(run: () => unknown, equalToValid: boolean): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof GroupError) return;
    throw error;
  }
  if (!equalToValid) throw new Error('malformed bytes were accepted');
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

async function outside(attacker: Attacker, victim: Party): Promise<void> {
  const bundle = await createKeyPackage(await makeIdentity('joiner', suite));
  const pending = await victim.group.commit({ adds: [bundle.bytes], psk });
  const { commit } = await libraryCommit(attacker, []);
  const welcome = pending.welcome ?? new Uint8Array();
  const receive = (bytes: Uint8Array) => victim.group.receive(bytes, { policy: acceptAll, psks: [psk] });
  const join = (bytes: Uint8Array) =>
    joinGroup({ welcome: bytes, bundle, psk, groupId: victim.group.groupId });
  const random = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 5), fc.uint8Array({ maxLength: 400 }))
      .map(([format, rest]) => Uint8Array.from([0, 1, 0, format, ...rest])),
  );
  const check = (valid: Uint8Array, run: (bytes: Uint8Array) => unknown) =>
    fc.assert(
      fc.asyncProperty(fc.oneof(random, mutated(valid)), async (bytes) =>
        onlyRefuses(() => run(bytes), same(bytes, valid)),
      ),
      settings,
    );
  await check(commit, receive);
  await check(welcome, join);
  await check(bundle.bytes, (bytes) => inspectKeyPackage(bytes));
  await fc.assert(
    fc.asyncProperty(fc.oneof(random, mutated(commit)), async (bytes) =>
      onlyRefuses(() => peek(bytes), true),
    ),
    settings,
  );
}

/** Bytes that a member encrypted, so that they reach the library's decoders. */
async function inside(attacker: Attacker, victim: Party): Promise<void> {
  const commit = {
    contentType: 'commit' as const,
    commit: {
      proposals: inline({ proposalType: 'remove', remove: { removed: 1 } }),
      path: await makePath(attacker),
    },
    auth: { contentType: 'commit' as const, signature: randomBytes(64), confirmationTag: randomBytes(64) },
  };
  const valid = encodePrivateMessageContent(clientConfig.paddingConfig)(commit);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated(valid)),
      fc.constantFrom('application' as const, 'commit' as const),
      async (bytes, contentType) => {
        const message = await forgeInside(attacker, contentType, bytes);
        await onlyRefuses(() => victim.group.receive(message, { policy: acceptAll, psks: [psk] }), false);
      },
    ),
    settings,
  );
}

/** Commits that a member signed, so that they reach the guard and, where it lets them, the library. */
async function signed(attacker: Attacker, victim: Party): Promise<void> {
  const path = await makePath(attacker);
  const index = fc.oneof(fc.nat(8), fc.integer({ min: 0, max: 0xffffffff }));
  const bytes = fc.uint8Array({ maxLength: 80 });
  const proposal: fc.Arbitrary<Proposal> = fc.oneof(
    index.map((removed): Proposal => ({ proposalType: 'remove', remove: { removed } })),
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
  const somePath: fc.Arbitrary<Commit['path']> = fc.oneof(
    fc.constant(undefined),
    fc.constant(path),
    fc.array(node, { maxLength: 4 }).map((nodes) => ({ ...path, nodes })),
    bytes.map((parentHash) => ({ ...path, leafNode: { ...path.leafNode, parentHash } })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(proposal, { maxLength: 3 }), somePath, async (proposals, commitPath) => {
      const message = await forgeCommit(attacker, { proposals: inline(...proposals), path: commitPath });
      const run = async () => {
        const got = await victim.group.receive(message, {
          // Removing the victim needs no confirmation tag; here nobody may.
          policy: ({ removes }) =>
            removes.some(({ leafIndex }) => leafIndex === victim.group.ownLeaf)
              ? { kind: 'refuse', reason: 'not the victim' }
              : { kind: 'accept' },
          psks: [psk],
        });
        throw new Error(`a forged commit was taken: ${got.kind}`);
      };
      await onlyRefuses(run, false);
    }),
    settings,
  );
}

const { attacker, parties } = await infiltrate(await assemble(suite, 4, psk), psk);
const [victim] = parties;
await outside(attacker, victim);
await inside(attacker, victim);
await signed(attacker, victim);
parentPort?.postMessage('done');
