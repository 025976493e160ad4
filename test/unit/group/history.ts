import {
  acceptAll,
  type CiphersuiteImpl,
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  generateKeyPackageWithKey,
  joinGroup,
  type Proposal,
  processPrivateMessage,
} from 'ts-mls';
import { clientConfig, contextExtension } from '../../../client/e2ee/group/profile.ts';
import { pskIndex } from '../../../client/e2ee/group/receive.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { toHex, utf8 } from '../../../shared/bytes.ts';
import { makePsk } from './parties.ts';

/** A small seeded generator (mulberry32): histories must be repeatable. */
export function seeded(seed: number): (below: number) => number {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Device {
  readonly cs: CiphersuiteImpl;
  readonly mls: ClientState;
}

const psk = makePsk();
const psks = pskIndex([psk]);

async function keyPackage(cs: CiphersuiteImpl) {
  const keys = await cs.signature.keygen();
  const supported = {
    versions: ['mls10' as const],
    ciphersuites: [cs.name],
    extensions: [0xf053],
    proposals: [],
    credentials: ['basic' as const],
  };
  const lifetime = { notBefore: 0n, notAfter: 9_000_000_000n };
  const credential = { credentialType: 'basic' as const, identity: keys.publicKey };
  return generateKeyPackageWithKey(credential, supported, lifetime, [], keys, cs);
}

/** What a history consisted of. */
export interface Played {
  readonly commits: number;
  readonly messages: number;
  readonly joins: number;
  /** Whose messages, commits and welcomes were read by whom: `commit 0>1`, the first provider's by the second. */
  readonly read: ReadonlySet<string>;
}

/**
 * Plays `steps` random steps on the bare library in a group whose members use the given providers in
 * a random mix: adds and removes (alone, several, both in one commit), updates and messages. Every
 * step must be taken by every member, and all must agree; anything else throws, naming the step.
 */
export async function playHistory(
  providers: readonly CiphersuiteImpl[],
  seed: number,
  steps: number,
  largest = 7,
): Promise<Played> {
  const random = seeded(seed);
  const pick = <T>(values: readonly T[]): T => {
    const value = values[random(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };
  const counts = { commits: 0, messages: 0, joins: 0, read: new Set<string>() };
  const note = (kind: string, from: Device, to: CiphersuiteImpl) =>
    counts.read.add(`${kind} ${providers.indexOf(from.cs)}>${providers.indexOf(to)}`);
  const founderSuite = pick(providers);
  const founder = await keyPackage(founderSuite);
  let devices: Device[] = [
    {
      cs: founderSuite,
      mls: await createGroup(
        randomBytes(16),
        founder.publicPackage,
        founder.privatePackage,
        [contextExtension(utf8('context'))],
        founderSuite,
        clientConfig,
      ),
    },
  ];

  async function message(): Promise<void> {
    const sender = pick(devices);
    const text = utf8(`message ${counts.messages++}`);
    const sent = await createApplicationMessage(sender.mls, text, sender.cs);
    devices = await Promise.all(
      devices.map(async (device) => {
        if (device === sender) return { ...device, mls: sent.newState };
        const got = await processPrivateMessage(device.mls, sent.privateMessage, psks, device.cs, acceptAll);
        if (got.kind !== 'applicationMessage' || toHex(got.message) !== toHex(text))
          throw new Error('lost a message');
        note('message', sender, device.cs);
        return { ...device, mls: got.newState };
      }),
    );
  }

  async function commit(addCount: number, removeCount: number): Promise<void> {
    const committer = pick(devices);
    const others = devices.filter((device) => device !== committer);
    const removed = new Set<Device>();
    while (removed.size < Math.min(removeCount, others.length)) removed.add(pick(others));
    const joiners = await Promise.all(
      Array.from({ length: addCount }, async () => {
        const cs = pick(providers);
        return { cs, keys: await keyPackage(cs) };
      }),
    );
    const proposals: Proposal[] = [...removed].map((device) => ({
      proposalType: 'remove',
      remove: { removed: device.mls.privatePath.leafIndex },
    }));
    for (const { keys } of joiners)
      proposals.push({ proposalType: 'add', add: { keyPackage: keys.publicPackage } });
    if (addCount > 0) {
      const id = {
        psktype: 'external',
        pskId: psk.id,
        pskNonce: randomBytes(committer.cs.kdf.size),
      } as const;
      proposals.push({ proposalType: 'psk', psk: { preSharedKeyId: id } });
    }
    const made = await createCommit(
      { state: committer.mls, cipherSuite: committer.cs, pskIndex: psks },
      { extraProposals: proposals, ratchetTreeExtension: true },
    );
    const { commit: sent, welcome } = made;
    if (sent.wireformat !== 'mls_private_message') throw new Error('a private message expected');
    const stayed = await Promise.all(
      devices
        .filter((device) => !removed.has(device))
        .map(async (device) => {
          if (device === committer) return { ...device, mls: made.newState };
          const got = await processPrivateMessage(
            device.mls,
            sent.privateMessage,
            psks,
            device.cs,
            acceptAll,
          );
          note('commit', committer, device.cs);
          return { ...device, mls: got.newState };
        }),
    );
    const joined = await Promise.all(
      joiners.map(async ({ cs, keys }) => {
        if (welcome === undefined) throw new Error('no welcome');
        const { publicPackage, privatePackage } = keys;
        const mls = await joinGroup(
          welcome,
          publicPackage,
          privatePackage,
          psks,
          cs,
          undefined,
          undefined,
          clientConfig,
        );
        note('welcome', committer, cs);
        return { cs, mls };
      }),
    );
    devices = [...stayed, ...joined];
    counts.commits++;
    counts.joins += joiners.length;
    const authenticators = new Set(devices.map(({ mls }) => toHex(mls.keySchedule.epochAuthenticator)));
    if (authenticators.size !== 1) throw new Error('the members disagree');
  }

  for (let step = 0; step < steps; step++) {
    const room = largest - devices.length;
    const choice = random(10);
    try {
      if (choice < 4 && room > 0) await commit(1 + random(Math.min(2, room)), 0);
      else if (choice < 6 && devices.length > 1) await commit(0, 1 + random(2));
      else if (choice < 7 && devices.length > 1 && room > 0) await commit(1, 1);
      else if (choice < 9) await commit(0, 0);
      else await message();
    } catch (cause) {
      throw new Error(`seed ${seed}, step ${step} of ${steps}`, { cause });
    }
  }
  return counts;
}
