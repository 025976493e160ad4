import { decryptSenderData } from 'ts-mls/privateMessage.js';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope, peek } from '../../../client/e2ee/group/envelope.ts';
import { GroupError, type GroupErrorCode } from '../../../client/e2ee/group/error.ts';
import { foundGroup, joinGroup } from '../../../client/e2ee/group/found.ts';
import type { Group } from '../../../client/e2ee/group/group.ts';
import { createKeyPackage } from '../../../client/e2ee/group/keyPackage.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { fromUtf8, utf8 } from '../../../shared/bytes.ts';
import { infiltrate } from './attacker.ts';
import {
  acceptAll,
  admit,
  assemble,
  context,
  deliver,
  found,
  makeIdentity,
  makePsk,
  type Party,
} from './parties.ts';

async function code(promise: Promise<unknown>): Promise<GroupErrorCode> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof GroupError) return error.code;
    throw error;
  }
  throw new Error('accepted');
}

async function three(suite: 'x-wing' | 'x25519' = 'x25519') {
  const psk = makePsk();
  const [a, b, c] = await assemble(suite, 3, psk);
  if (b === undefined || c === undefined) throw new Error('three members expected');
  return { psk, a, b, c };
}

async function read(
  group: Group,
  message: Uint8Array,
): Promise<{ text: string; next: Group; epoch: bigint }> {
  const got = await group.receive(message, { policy: acceptAll, psks: [] });
  if (got.kind !== 'message') throw new Error('a message expected');
  return { text: fromUtf8(got.plaintext), next: got.next, epoch: got.epoch };
}

describe.each(['x-wing', 'x25519'] as const)('removal on %s', (suite) => {
  it('shows at the removed, who cannot follow', async () => {
    const { psk, a, b, c } = await three(suite);
    const pending = await a.group.commit({ removes: [c.group.ownLeaf] });
    expect(pending.removed).toEqual([c.group.member(c.group.ownLeaf)]);
    const after = pending.accept(a.group);
    const got = await c.group.receive(pending.commit, { policy: acceptAll, psks: [psk] });
    expect(got).toMatchObject({ kind: 'removed', commit: { committer: { leafIndex: 0 } } });
    expect(await code(c.group.export('label', context, 32))).toBe('spent');
    const [stayed] = await deliver([b], pending.commit, psk);
    expect(stayed?.group.safetyNumber()).toBe(after.safetyNumber());
    expect(after.roster().map(({ leafIndex }) => leafIndex)).toEqual([0, 1]);
  });

  it('and return in one commit: a device that reloaded', async () => {
    const { psk, a, b, c } = await three(suite);
    const leaf = c.group.ownLeaf;
    const parties = await admit([a, b], [c.identity], psk, [leaf]);
    const [first, second, again] = parties;
    expect(again?.group.ownLeaf).toBe(leaf);
    expect(new Set(parties.map(({ group }) => group.safetyNumber())).size).toBe(1);
    expect(first.group.member(leaf)?.signatureKey).toEqual(c.identity.signature.publicKey);
    const sent = await (again ?? c).group.send(utf8('back'));
    expect((await read((second ?? b).group, sent.message)).text).toBe('back');
  });

  it('shows at the former self of a device that returned', async () => {
    const { psk, a, c } = await three(suite);
    const bundle = await createKeyPackage(c.identity);
    const pending = await a.group.commit({ adds: [bundle.bytes], removes: [c.group.ownLeaf], psk });
    const got = await c.group.receive(pending.commit, { policy: acceptAll, psks: [psk] });
    expect(got.kind).toBe('removed');
  });
});

describe('a commit', () => {
  it('that loses leaves the group as it was', async () => {
    const { psk, a, b, c } = await three();
    const lost = await a.group.commit({});
    const won = await b.group.commit({});
    expect(peek(lost.commit)).toMatchObject({ kind: 'commit', epoch: 1n });
    expect(lost.epoch).toBe(2n);
    lost.discard();
    lost.discard();
    expect(() => lost.accept(a.group)).toThrow(GroupError);
    const next = won.accept(b.group);
    const [a2, c2] = await deliver([a, c], won.commit, psk);
    if (a2 === undefined || c2 === undefined) throw new Error('two members expected');
    expect(a2.group.safetyNumber()).toBe(next.safetyNumber());
    const retry = await a2.group.commit({});
    const a3 = retry.accept(a2.group);
    const [b3, c3] = await deliver([{ ...b, group: next }, c2], retry.commit, psk);
    expect(b3?.group.safetyNumber()).toBe(a3.safetyNumber());
    expect(c3?.group.safetyNumber()).toBe(a3.safetyNumber());
  });

  it('cannot be accepted after another one', async () => {
    const { psk, a, b } = await three();
    const late = await a.group.commit({});
    const won = await b.group.commit({});
    const [moved] = await deliver([a], won.commit, psk);
    if (moved === undefined) throw new Error('a member expected');
    expect(() => late.accept(moved.group)).toThrow('another epoch');
    expect(() => late.accept(a.group)).toThrow('successor');
  });

  it('made twice in one epoch uses two handshake keys', async () => {
    const psk = makePsk();
    const { attacker, parties } = await infiltrate(await assemble('x25519', 3, psk), psk);
    const [committer, other] = parties;
    const first = await committer.group.commit({});
    first.discard();
    const second = await committer.group.commit({});
    const generations = await Promise.all(
      [first.commit, second.commit].map(async (bytes) => {
        const { senderDataSecret } = attacker.mls.keySchedule;
        return (await decryptSenderData(decodeEnvelope(bytes), senderDataSecret, attacker.cs))?.generation;
      }),
    );
    expect(generations).toEqual([0, 1]);
    const next = second.accept(committer.group);
    const [moved] = await deliver(other === undefined ? [] : [other], second.commit, psk);
    expect(moved?.group.safetyNumber()).toBe(next.safetyNumber());
  });

  it('waits while messages come and go', async () => {
    const { psk, a, b, c } = await three();
    const pending = await a.group.commit({});
    const fromB = await b.group.send(utf8('one'));
    const got = await read(a.group, fromB.message);
    const sent = await got.next.send(utf8('two'));
    const next = pending.accept(sent.next);
    expect(next.epoch).toBe(2n);
    // A message of the old epoch that was on its way, and one that came before.
    const fromC = await c.group.send(utf8('three'));
    const late = await read(next, fromC.message);
    expect(late).toMatchObject({ text: 'three', epoch: 1n });
    expect(await code(late.next.receive(fromB.message, { policy: acceptAll, psks: [] }))).toBe('replayed');
    const [b2] = await deliver([{ ...b, group: fromB.next }], pending.commit, psk);
    expect(b2?.group.safetyNumber()).toBe(late.next.safetyNumber());
    expect((await read((b2 ?? b).group, sent.message)).text).toBe('two');
  });

  it('refuses what it should not ask for', async () => {
    const { psk, a, b } = await three();
    const bundle = await createKeyPackage(await makeIdentity('new', 'x25519'));
    const { bytes } = bundle;
    expect(await code(a.group.commit({ adds: [bytes] }))).toBe('psk-required');
    expect(await code(a.group.commit({ psk }))).toBe('psk-required');
    expect(await code(a.group.commit({ adds: [bytes], psk: { ...psk, secret: new Uint8Array(4) } }))).toBe(
      'bad-argument',
    );
    for (const index of [0, 3, 1000, -1, 0.5, Number.NaN]) {
      expect(await code(a.group.commit({ removes: [index] }))).toBe('bad-index');
    }
    expect(await code(a.group.commit({ removes: [1, 1] }))).toMatch(/invalid|bad-index/);
    expect(await code(a.group.commit({ adds: [bytes.subarray(1)], psk }))).toMatch(
      /malformed|wrong-wire-format/,
    );
    const taken = await createKeyPackage(b.identity);
    expect(await code(a.group.commit({ adds: [taken.bytes], psk }))).toMatch(/invalid|duplicate-key/);
    expect(await code(a.group.commit({ adds: [bytes, bytes], psk }))).toMatch(/invalid|duplicate-key/);
    const foreign = await createKeyPackage(await makeIdentity('new', 'x-wing'));
    expect(await code(a.group.commit({ adds: [foreign.bytes], psk }))).toBe('wrong-suite');
    expect((await a.group.commit({ adds: [bytes], psk })).added[0]?.credential).toEqual(utf8('new'));
  });
});

describe('messages', () => {
  it('come in sizes that are powers of two', async () => {
    const { a } = await three();
    let { group } = a;
    const sizes = new Set<number>();
    for (const length of [0, 1, 100, 188, 189, 1000, 10_000, 60_000, 65_466]) {
      const sent = await group.send(new Uint8Array(length));
      sizes.add(sent.message.length);
      group = sent.next;
    }
    expect(sizes.size).toBe(5);
    expect(await code(group.send(new Uint8Array(65_467)))).toBe('too-large');
    expect(await code(group.send(new Uint8Array(), new Uint8Array(1025)))).toBe('too-large');
  });

  it('of the largest size arrive', async () => {
    const { a, b } = await three();
    const plaintext = randomBytes(65_466);
    const sent = await a.group.send(plaintext, randomBytes(1024));
    const got = await b.group.receive(sent.message, { policy: acceptAll, psks: [] });
    expect(got).toMatchObject({ kind: 'message', plaintext });
  });

  it('arrive out of order', async () => {
    const { a, b } = await three();
    let { group } = a;
    const messages: Uint8Array[] = [];
    for (let i = 0; i < 20; i++) {
      const sent = await group.send(utf8(`${i}`));
      messages.push(sent.message);
      group = sent.next;
    }
    let receiver = b.group;
    for (const [i, message] of [...messages.entries()].reverse()) {
      const got = await read(receiver, message);
      expect(got.text).toBe(`${i}`);
      receiver = got.next;
    }
  });

  it('of two past epochs can be read, of older ones not, and none once they are forgotten', async () => {
    const { psk, a, b, c } = await three();
    const old: Uint8Array[] = [];
    let sender: Party = c;
    let [first, second]: [Party, Party] = [a, b];
    for (let epoch = 0; epoch < 4; epoch++) {
      const sent = await sender.group.send(utf8(`epoch ${epoch + 1}`));
      old.push(sent.message);
      const pending = await first.group.commit({});
      const [moved, movedSender] = await deliver(
        [second, { ...sender, group: sent.next }],
        pending.commit,
        psk,
      );
      if (moved === undefined || movedSender === undefined) throw new Error('two members expected');
      first = { ...first, group: pending.accept(first.group) };
      [second, sender] = [moved, movedSender];
    }
    for (const party of [first, second]) {
      let { group } = party;
      expect(group.epoch).toBe(5n);
      for (const message of old.slice(0, 2)) {
        expect(await code(group.receive(message, { policy: acceptAll, psks: [] }))).toBe('past-epoch');
      }
      const got = await read(group, old[2] ?? new Uint8Array());
      expect(got).toMatchObject({ text: 'epoch 3', epoch: 3n });
      group = got.next.forgetPastEpochs();
      expect(await code(group.receive(old[3] ?? new Uint8Array(), { policy: acceptAll, psks: [] }))).toBe(
        'past-epoch',
      );
      const sent = await group.send(utf8('on'));
      expect(sent.next.safetyNumber()).toBe(
        party === first ? second.group.safetyNumber() : first.group.safetyNumber(),
      );
      if (party === first) first = { ...first, group: sent.next };
    }
  });
});

describe('a group object', () => {
  it('is spent by its successor', async () => {
    const { a } = await three();
    const { next } = await a.group.send(utf8('once'));
    expect(await code(a.group.send(utf8('twice')))).toBe('spent');
    expect(await code(a.group.commit({}))).toBe('spent');
    expect(await code(a.group.export('label', context, 32))).toBe('spent');
    expect(() => a.group.safetyNumber()).toThrow(GroupError);
    expect(next.roster()).toHaveLength(3);
    a.group.close();
    expect((await next.send(utf8('on'))).message.length).toBeGreaterThan(0);
  });

  it('does one thing at a time', async () => {
    const { a } = await three();
    const first = a.group.send(utf8('one'));
    expect(await code(a.group.send(utf8('two')))).toBe('busy');
    expect(() => a.group.forgetPastEpochs()).toThrow('one operation at a time');
    expect((await first).next.epoch).toBe(1n);
  });

  it('gives nothing out once closed, not even what was under way', async () => {
    const { a } = await three();
    const underWay = a.group.send(utf8('one'));
    a.group.close();
    a.group.close();
    expect(await code(underWay)).toBe('spent');
    const { b } = await three();
    const commit = b.group.commit({});
    b.group.close();
    expect(await code(commit)).toMatch(/spent|malformed|not-authentic|invalid/);
    expect(await code(a.group.export('label', context, 32))).toBe('spent');
  });

  it('leaves the caller its signature key', async () => {
    const { identity, group } = await found('x25519');
    const before = Uint8Array.from(identity.signature.privateKey);
    group.close();
    expect(identity.signature.privateKey).toEqual(before);
  });

  it('refuses founding with a wrong group id, context or key', async () => {
    const identity = await makeIdentity('founder', 'x-wing');
    expect(await code(foundGroup({ ...identity, groupId: randomBytes(8), context }))).toBe('bad-argument');
    expect(
      await code(foundGroup({ ...identity, groupId: randomBytes(16), context: new Uint8Array(5000) })),
    ).toBe('bad-argument');
    expect(
      await code(
        foundGroup({ ...identity, credential: new Uint8Array(), groupId: randomBytes(16), context }),
      ),
    ).toBe('bad-argument');
    const signature = { ...identity.signature, publicKey: randomBytes(32) };
    await expect(foundGroup({ ...identity, signature, groupId: randomBytes(16), context })).rejects.toThrow(
      'belong together',
    );
  });

  it('founded twice under one id is two groups', async () => {
    const psk = makePsk();
    const groupId = randomBytes(16);
    const identity = await makeIdentity('founder', 'x25519');
    const [one, two] = await Promise.all([1, 2].map(() => foundGroup({ ...identity, groupId, context })));
    if (one === undefined || two === undefined) throw new Error('two groups expected');
    expect(one.safetyNumber()).not.toBe(two.safetyNumber());
    const bundle = await createKeyPackage(await makeIdentity('joiner', 'x25519'));
    const pending = await one.commit({ adds: [bundle.bytes], psk });
    const { group } = await joinGroup({ welcome: pending.welcome ?? new Uint8Array(), bundle, psk, groupId });
    const sent = await two.send(utf8('from a fork'));
    expect(await code(group.receive(sent.message, { policy: acceptAll, psks: [] }))).toBe('past-epoch');
  });
});
