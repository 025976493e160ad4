import { describe, expect, it } from 'vitest';
import { checkTransition, type Member, memberAt } from '../../../client/e2ee/group/roster.ts';
import { assemble, makePsk } from './parties.ts';

const member = (leafIndex: number, key = leafIndex, credential = key): Member => ({
  leafIndex,
  signatureKey: new Uint8Array(32).fill(key),
  credential: Uint8Array.of(credential),
});

describe('the roster before and after a commit', () => {
  const before = [member(0), member(1), member(2)];
  const change = (after: readonly Member[], removes: readonly number[] = [], adds: readonly Member[] = []) =>
    checkTransition(before, after, { removes, adds });

  it('differs by exactly what the commit said', () => {
    expect(change(before)).toEqual({ added: [], removed: [] });
    expect(change([member(0), member(1)], [2])).toEqual({ added: [], removed: [member(2)] });
    expect(change([...before, member(3)], [], [member(9, 3)])).toEqual({ added: [member(3)], removed: [] });
    // The leaf of a removed member is filled again, by another device or by the same one.
    expect(change([member(0), member(1, 7), member(2)], [1], [member(0, 7)]).added).toEqual([member(1, 7)]);
    expect(change(before, [1], [member(0, 1)]).added).toEqual([member(1)]);
  });

  it('is refused where a member that stays has another key or credential', () => {
    for (const after of [member(1, 8), member(1, 1, 8)]) {
      expect(() => change([member(0), after, member(2)])).toThrow('changed its identity');
    }
  });

  it('is refused where somebody is missing, left over or unannounced', () => {
    expect(() => change([member(0), member(1)])).toThrow('changed its identity');
    expect(() => change(before, [2])).toThrow('not what the commit announced');
    expect(() => change([...before, member(3)])).toThrow('not what the commit announced');
    expect(() => change([...before, member(3)], [], [member(3, 4)])).toThrow('not what the commit announced');
    expect(() => change(before, [], [member(3)])).toThrow('not what the commit announced');
    expect(() => change(before, [5])).toThrow('not what the commit announced');
  });
});

describe('a member', () => {
  it('is found at its leaf and nowhere else', async () => {
    const [{ group }] = await assemble('x25519', 3, makePsk());
    expect(group.member(2)).toEqual(group.roster()[2]);
    for (const index of [3, 4, 1000, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(group.member(index)).toBeUndefined();
    }
    expect(memberAt([], 0)).toBeUndefined();
  });
});
