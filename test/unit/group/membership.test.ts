import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '../../../shared/bytes.ts';
import { acceptAll, admit, assemble, context, deliver, makeIdentity, makePsk } from './parties.ts';

describe.each(['x-wing', 'x25519'] as const)('a group on %s', (suite) => {
  it('gives all members the same epoch, exporter, context and safety number', async () => {
    const psk = makePsk();
    const parties = await assemble(suite, 5, psk);
    const numbers = new Set(parties.map(({ group }) => group.safetyNumber()));
    expect(numbers.size).toBe(1);
    expect([...numbers][0]).toMatch(/^\d{30}$/);
    const exported = await Promise.all(
      parties.map(({ group }) => group.export('label', utf8('context'), 32)),
    );
    for (const secret of exported) expect(secret).toEqual(exported[0]);
    for (const { group } of parties) {
      expect(group.epoch).toBe(1n);
      expect(group.context).toEqual(context);
      expect(group.roster()).toEqual(parties[0].group.roster());
    }
  });

  it('carries messages and updates', async () => {
    const psk = makePsk();
    const [first, second, third] = await assemble(suite, 3, psk);
    if (second === undefined || third === undefined) throw new Error('three members expected');
    const sent = await first.group.send(utf8('hello'), utf8('aad'));
    const got = await second.group.receive(sent.message, { policy: acceptAll, psks: [] });
    if (got.kind !== 'message') throw new Error('a message expected');
    expect(fromUtf8(got.plaintext)).toBe('hello');
    expect(fromUtf8(got.aad)).toBe('aad');
    expect(got.sender.leafIndex).toBe(0);
    const pending = await got.next.commit({});
    const after = pending.accept(got.next);
    const [a, c] = await deliver([{ ...first, group: sent.next }, third], pending.commit, psk);
    expect(a?.group.safetyNumber()).toBe(after.safetyNumber());
    expect(c?.group.safetyNumber()).toBe(after.safetyNumber());
  });

  it('admits later joiners', async () => {
    const psk = makePsk();
    const parties = await assemble(suite, 2, psk);
    const grown = await admit(parties, [await makeIdentity('late', suite)], psk);
    expect(grown).toHaveLength(3);
    expect(new Set(grown.map(({ group }) => group.safetyNumber())).size).toBe(1);
  });
});
