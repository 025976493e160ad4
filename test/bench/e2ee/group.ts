// Cost of MLS group operations in Node, one thread, no network. Prints JSON; progress goes to stderr.
// Run: node test/bench/e2ee/group.ts [--sizes 10,50,200,500] [--suites x-wing,x25519] [--runs 5]
import { parseArgs } from 'node:util';
import { foundGroup, joinGroup } from '../../../client/e2ee/group/found.ts';
import type { Group } from '../../../client/e2ee/group/group.ts';
import {
  createKeyPackage,
  type KeyPackageBundle,
  type LeafIdentity,
} from '../../../client/e2ee/group/keyPackage.ts';
import type { GroupSuite } from '../../../client/e2ee/group/suite.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { acceptAll, context, makeIdentity, makePsk } from '../../unit/group/parties.ts';
import { type Cost, costOf, type Duration, timed, wholeNumber, wholeNumbers } from './measure.ts';

/** One kind of commit. Times in milliseconds, sizes in bytes. */
interface CommitCost {
  /** Building the commit and, with adds, checking the key packages and sealing the welcome. */
  readonly commit: Cost;
  /** What one member spends on receiving it. */
  readonly process: Cost;
  readonly commitBytes: number;
  readonly welcomeBytes: number;
}

interface GroupCost {
  readonly suite: GroupSuite;
  readonly size: number;
  readonly keyPackage: Cost;
  readonly keyPackageBytes: number;
  /** From two members to `size` in one commit. */
  readonly addAll: CommitCost;
  /** Joining from the welcome of `addAll`: the tree has leaves only. */
  readonly join: Cost;
  /** Nobody has set keys on the tree's inner nodes yet: the commit is sealed leaf by leaf. */
  readonly removeCold: CommitCost;
  readonly updateCold: CommitCost;
  /** Every subtree beside the committer's path has a key: one seal per level. */
  readonly updateWarm: CommitCost;
  readonly addOne: CommitCost;
  /** Joining the running group alone. */
  readonly lateJoin: Cost;
  /** The member who came last, warm tree. */
  readonly removeLast: CommitCost;
  /** A member in the middle, warm tree: its subtree has to be sealed leaf by leaf. */
  readonly removeMiddle: CommitCost;
}

type Request = Parameters<Group['commit']>[0];

/** A group seen by its committer and by the members whose work is measured. */
class Fixture {
  readonly psk = makePsk();
  readonly members = new Map<number, Group>();

  at(leaf: number): Group {
    const group = this.members.get(leaf);
    if (group === undefined) throw new Error(`no member at leaf ${leaf}`);
    return group;
  }

  /** Builds a commit `runs` times and forgets it; the group stays as it is. */
  async rehearse(leaf: number, request: Request, runs: number): Promise<Duration[]> {
    const rehearsals: Duration[] = [];
    for (let run = 0; run < runs; run++) {
      const made = await timed(() => this.at(leaf).commit(request));
      made.value.discard();
      rehearsals.push(made);
    }
    return rehearsals;
  }

  /** Builds a commit, which everybody takes. */
  async carryOut(leaf: number, request: Request) {
    const made = await timed(() => this.at(leaf).commit(request));
    const { value: pending } = made;
    this.members.set(leaf, pending.accept(this.at(leaf)));
    const process: Duration[] = [];
    for (const [other, group] of this.members) {
      if (other === leaf) continue;
      const options = { policy: acceptAll, psks: [this.psk] };
      const received = await timed(() => group.receive(pending.commit, options));
      if (received.value.kind !== 'commit') throw new Error('the commit was not taken');
      this.members.set(other, received.value.next);
      process.push(received);
    }
    return { pending, made, process, welcome: pending.welcome ?? new Uint8Array() };
  }

  async cost(leaf: number, request: Request, runs: number): Promise<CommitCost & { welcome: Uint8Array }> {
    const rehearsals = await this.rehearse(leaf, request, runs - 1);
    const { pending, made, process, welcome } = await this.carryOut(leaf, request);
    return {
      commit: costOf([...rehearsals, made]),
      process: costOf(process),
      commitBytes: pending.commit.length,
      welcomeBytes: welcome.length,
      welcome,
    };
  }

  async join(welcome: Uint8Array, bundle: KeyPackageBundle): Promise<{ group: Group; joined: Duration }> {
    const groupId = this.at(0).groupId;
    const joined = await timed(() => joinGroup({ welcome, bundle, psk: this.psk, groupId }));
    return { group: joined.value.group, joined };
  }

  close(): void {
    for (const group of this.members.values()) group.close();
  }
}

// As long as a member's card with its name and lasting key.
const identityOf = (i: number, suite: GroupSuite) => makeIdentity(`member ${i} `.padEnd(300, '.'), suite);

async function keyPackages(
  identities: readonly LeafIdentity[],
): Promise<{ bundles: KeyPackageBundle[]; times: Duration[] }> {
  const bundles: KeyPackageBundle[] = [];
  const times: Duration[] = [];
  for (const identity of identities) {
    const made = await timed(() => createKeyPackage(identity));
    bundles.push(made.value);
    times.push(made);
  }
  return { bundles, times };
}

/** First leaves of the subtrees beside leaf 0's path, in a tree of `size` leaves: 1, 2, 4, 8... */
function subtreeHeads(size: number): number[] {
  const heads: number[] = [];
  for (let leaf = 1; leaf < size; leaf *= 2) heads.push(leaf);
  return heads;
}

/** Leaves out what only the next step needs. */
function shown({ commit, process, commitBytes, welcomeBytes }: CommitCost): CommitCost {
  return { commit, process, commitBytes, welcomeBytes };
}

async function measure(suite: GroupSuite, size: number, runs: number): Promise<GroupCost> {
  const fixture = new Fixture();
  const { psk } = fixture;
  const identities = await Promise.all(Array.from({ length: size }, (_, i) => identityOf(i, suite)));
  const [founder, ...others] = identities;
  if (founder === undefined || others.length < 7) throw new RangeError('a group of eight members at least');
  const { bundles, times: keyPackageTimes } = await keyPackages(others);
  const bundleAt = (leaf: number): KeyPackageBundle => {
    const bundle = bundles[leaf - 1];
    if (bundle === undefined) throw new Error(`no bundle for leaf ${leaf}`);
    return bundle;
  };
  try {
    fixture.members.set(0, await foundGroup({ ...founder, groupId: randomBytes(16), context }));
    const first = await fixture.carryOut(0, { adds: [bundleAt(1).bytes], psk });
    fixture.members.set(1, (await fixture.join(first.welcome, bundleAt(1))).group);

    const all = { adds: bundles.slice(1).map(({ bytes }) => bytes), psk };
    const addAll = await fixture.cost(0, all, runs);
    const joins: Duration[] = [];
    const heads = subtreeHeads(size);
    for (const leaf of heads.slice(1)) {
      const { group, joined } = await fixture.join(addAll.welcome, bundleAt(leaf));
      fixture.members.set(leaf, group);
      joins.push(joined);
    }

    const removeCold = await fixture.cost(0, { removes: [freeLeaf(size - 1, heads)] }, runs);
    const updateCold = await fixture.cost(0, {}, runs);
    for (const leaf of heads) await fixture.carryOut(leaf, {});
    const updateWarm = await fixture.cost(0, {}, runs);

    const late = await lateMembers(fixture, suite, runs);
    const removeMiddle = await fixture.cost(0, { removes: [freeLeaf((size >> 1) + 1, heads)] }, runs);
    return {
      suite,
      size,
      keyPackage: costOf(keyPackageTimes),
      keyPackageBytes: bundleAt(1).bytes.length,
      addAll: shown(addAll),
      join: costOf(joins),
      removeCold: shown(removeCold),
      updateCold: shown(updateCold),
      updateWarm: shown(updateWarm),
      ...late,
      removeMiddle: shown(removeMiddle),
    };
  } finally {
    fixture.close();
  }
}

/** The next leaf downwards that no measured member sits on. */
function freeLeaf(leaf: number, heads: readonly number[]): number {
  return heads.includes(leaf) ? freeLeaf(leaf - 1, heads) : leaf;
}

/** One comes and goes again, several times. */
async function lateMembers(fixture: Fixture, suite: GroupSuite, runs: number) {
  const adds: Awaited<ReturnType<Fixture['carryOut']>>[] = [];
  const removes: typeof adds = [];
  const joins: Duration[] = [];
  for (let run = 0; run < runs; run++) {
    const { bundles } = await keyPackages([await identityOf(1000 + run, suite)]);
    const [bundle] = bundles;
    if (bundle === undefined) throw new Error('no bundle');
    const added = await fixture.carryOut(0, { adds: [bundle.bytes], psk: fixture.psk });
    const { group, joined } = await fixture.join(added.welcome, bundle);
    joins.push(joined);
    adds.push(added);
    removes.push(await fixture.carryOut(0, { removes: [group.ownLeaf] }));
    group.close();
  }
  return { addOne: together(adds), lateJoin: costOf(joins), removeLast: together(removes) };
}

function together(commits: Awaited<ReturnType<Fixture['carryOut']>>[]): CommitCost {
  return {
    commit: costOf(commits.map(({ made }) => made)),
    process: costOf(commits.flatMap(({ process }) => process)),
    commitBytes: Math.max(...commits.map(({ pending }) => pending.commit.length)),
    welcomeBytes: Math.max(...commits.map(({ welcome }) => welcome.length)),
  };
}

function suitesOf(text: string): GroupSuite[] {
  return text.split(',').map((name) => {
    if (name !== 'x-wing' && name !== 'x25519') throw new RangeError(`no suite of this project: ${name}`);
    return name;
  });
}

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,50,200,500' },
    suites: { type: 'string', default: 'x-wing,x25519' },
    runs: { type: 'string', default: '5' },
  },
});
const runs = wholeNumber(values.runs);
const groups: GroupCost[] = [];
// Compiles what is measured; the result is not kept.
for (const suite of suitesOf(values.suites)) await measure(suite, 8, 2);
for (const suite of suitesOf(values.suites)) {
  for (const size of wholeNumbers(values.sizes)) {
    const { value, ms } = await timed(() => measure(suite, size, runs));
    groups.push(value);
    console.error(`group ${suite} ${size}: ${Math.round(ms / 100) / 10} s`);
  }
}
console.log(JSON.stringify({ unit: 'milliseconds, bytes', runs, groups }, null, 2));
