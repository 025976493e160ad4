import { describe, expect, it } from 'vitest';
import { joinGroup } from '../../../client/e2ee/group/found.ts';
import { createKeyPackage } from '../../../client/e2ee/group/keyPackage.ts';
import type { GroupSuite } from '../../../client/e2ee/group/suite.ts';
import { toHex, utf8 } from '../../../shared/bytes.ts';
import { seeded } from './history.ts';
import { acceptAll, deliver, found, makeIdentity, makePsk, type Party } from './parties.ts';

const SEED = Number(process.env.TEST_SEED ?? 20_261_124);

/**
 * A random meeting through the group layer: joins, removals, reloads (the same device removed and
 * added in one commit), updates, commits that lose the race, messages before and after an epoch ends.
 */
async function playMeeting(suite: GroupSuite, seed: number, steps: number, largest: number): Promise<number> {
  const random = seeded(seed);
  const psk = makePsk();
  let parties: Party[] = [await found(suite)];
  let names = 0;
  let epochs = 0;
  const pick = (): number => random(parties.length);

  async function commit(adds: number, removes: number, reload: boolean): Promise<void> {
    const at = pick();
    const committer = parties[at];
    if (committer === undefined) throw new Error('no committer');
    const others = parties.filter((party) => party !== committer);
    const gone = others.filter((_, i) => i < removes);
    const identities = await Promise.all(
      Array.from({ length: adds }, async (_, i) =>
        reload && gone[i] !== undefined ? gone[i].identity : makeIdentity(`device ${names++}`, suite),
      ),
    );
    const bundles = await Promise.all(identities.map((identity) => createKeyPackage(identity)));
    const rival = others[random(Math.max(1, others.length))];
    const lost = rival !== undefined && random(3) === 0 ? await rival.group.commit({}) : undefined;
    const pending = await committer.group.commit({
      adds: bundles.map(({ bytes }) => bytes),
      removes: gone.map(({ group }) => group.ownLeaf),
      ...(adds > 0 ? { psk } : {}),
    });
    lost?.discard();
    const late = others.find((party) => !gone.includes(party));
    const sent = late === undefined ? undefined : await late.group.send(utf8('late'));
    for (const party of gone) {
      const got = await party.group.receive(pending.commit, { policy: acceptAll, psks: [psk] });
      if (got.kind !== 'removed') throw new Error('a removal expected');
    }
    const stay = others
      .filter((party) => !gone.includes(party))
      .map((party) => (party === late && sent !== undefined ? { ...party, group: sent.next } : party));
    const committed = { ...committer, group: pending.accept(committer.group) };
    const moved = await deliver(stay, pending.commit, psk);
    const joined = await Promise.all(
      bundles.map(async (bundle, i) => {
        const { welcome } = pending;
        const identity = identities[i];
        if (welcome === undefined || identity === undefined) throw new Error('no welcome');
        const { group, addedBy } = await joinGroup({
          welcome,
          bundle,
          psk,
          groupId: committed.group.groupId,
        });
        expect(addedBy.leafIndex).toBe(committed.group.ownLeaf);
        return { identity, group };
      }),
    );
    const readers = [committed, ...moved];
    parties = [
      ...(await Promise.all(
        readers.map(async (party) => {
          if (sent === undefined || party.identity === late?.identity) return party;
          const got = await party.group.receive(sent.message, { policy: acceptAll, psks: [] });
          if (got.kind !== 'message') throw new Error('a message expected');
          return { ...party, group: got.next };
        }),
      )),
      ...joined,
    ];
    epochs++;
    expect(new Set(parties.map(({ group }) => group.safetyNumber())).size).toBe(1);
    const rosters = parties.map(({ group }) =>
      group
        .roster()
        .map(({ leafIndex, signatureKey }) => `${leafIndex} ${toHex(signatureKey)}`)
        .join(),
    );
    expect(new Set(rosters).size).toBe(1);
    expect(parties[0]?.group.roster()).toHaveLength(parties.length);
  }

  for (let step = 0; step < steps; step++) {
    const room = largest - parties.length;
    const choice = random(10);
    try {
      if (choice < 4 && room > 0) await commit(1 + random(Math.min(3, room)), 0, false);
      else if (choice < 6 && parties.length > 2) await commit(0, 1 + random(2), false);
      else if (choice < 8 && parties.length > 1) await commit(1, 1, random(2) === 0);
      else await commit(0, 0, false);
    } catch (cause) {
      throw new Error(`seed ${seed}, step ${step}`, { cause });
    }
  }
  return epochs;
}

describe.each([
  ['x25519', 0, 120, 12],
  ['x25519', 1, 120, 5],
  ['x-wing', 2, 60, 9],
] as const)('a random meeting on %s, history %i', (suite, index, steps, largest) => {
  it('keeps all members in agreement', { timeout: 120_000 }, async () => {
    expect(await playMeeting(suite, SEED + index, steps, largest)).toBe(steps);
  });
});
