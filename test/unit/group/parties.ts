import { signatureKeyPair } from '../../../client/e2ee/crypto/ed25519.ts';
import { foundGroup, joinGroup } from '../../../client/e2ee/group/found.ts';
import type { Group } from '../../../client/e2ee/group/group.ts';
import {
  createKeyPackage,
  type KeyPackageBundle,
  type LeafIdentity,
} from '../../../client/e2ee/group/keyPackage.ts';
import type { CommitPolicy, Psk } from '../../../client/e2ee/group/policy.ts';
import type { GroupSuite } from '../../../client/e2ee/group/suite.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { utf8 } from '../../../shared/bytes.ts';

export const acceptAll: CommitPolicy = () => ({ kind: 'accept' });
export const context = utf8('{"meeting":"test"}');

export function makePsk(id = 'link'): Psk {
  return { id: utf8(id), secret: randomBytes(32) };
}

/** A device with its identity and its view of the group. */
export interface Party {
  readonly identity: LeafIdentity;
  readonly group: Group;
}

export async function makeIdentity(name: string, suite: GroupSuite): Promise<LeafIdentity> {
  await ready();
  return { signature: signatureKeyPair(), credential: utf8(name), suite };
}

export async function found(suite: GroupSuite, name = 'founder'): Promise<Party> {
  const identity = await makeIdentity(name, suite);
  return { identity, group: await foundGroup({ ...identity, groupId: randomBytes(16), context }) };
}

/** Lets every party but the committer receive a commit. */
export async function deliver(parties: readonly Party[], message: Uint8Array, psk: Psk): Promise<Party[]> {
  return Promise.all(
    parties.map(async (party) => {
      const received = await party.group.receive(message, { policy: acceptAll, psks: [psk] });
      if (received.kind === 'removed') throw new Error('unexpected removal');
      return { ...party, group: received.next };
    }),
  );
}

/** Adds devices in one commit by the first party; the result is the first party, the others, the new. */
export async function admit(
  [committer, ...others]: readonly [Party, ...Party[]],
  identities: readonly LeafIdentity[],
  psk: Psk,
  removes: readonly number[] = [],
): Promise<[Party, ...Party[]]> {
  const bundles = await Promise.all(identities.map((identity) => createKeyPackage(identity)));
  const pending = await committer.group.commit({ adds: bundles.map(({ bytes }) => bytes), removes, psk });
  const { welcome, commit } = pending;
  if (welcome === undefined) throw new Error('no welcome');
  const group = pending.accept(committer.group);
  const stayed = await deliver(others, commit, psk);
  const joined = await Promise.all(
    identities.map(async (identity, i) => {
      const bundle: KeyPackageBundle | undefined = bundles[i];
      if (bundle === undefined) throw new Error('no bundle');
      const { group: own } = await joinGroup({ welcome, bundle, psk, groupId: group.groupId });
      return { identity, group: own };
    }),
  );
  return [{ ...committer, group }, ...stayed, ...joined];
}

/** A group of `size` members in one epoch. */
export async function assemble(suite: GroupSuite, size: number, psk: Psk): Promise<[Party, ...Party[]]> {
  const founder = await found(suite);
  if (size === 1) return [founder];
  const identities = await Promise.all(
    Array.from({ length: size - 1 }, (_, i) => makeIdentity(`member ${i + 1}`, suite)),
  );
  return admit([founder], identities, psk);
}
