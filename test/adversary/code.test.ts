import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { safetyNumberOf } from '../../client/e2ee/group/safetyNumber.ts';
import { ready } from '../../client/e2ee/sodium.ts';
import { codeGroups } from '../../client/ui/panels/safetyCode.ts';
import { declare } from './attack.ts';

const EPOCHS = 6_000;

/** Pairs of equal values. */
function collisions(values: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

declare('fork-code-ground', async () => {
  await ready();
  // What a ghost can make is as good as random: one authenticator per commit.
  const codes = Array.from({ length: EPOCHS }, (_, i) =>
    safetyNumberOf(createHash('sha512').update(`epoch ${i}`).digest()),
  );
  const groups = codes.map((code) => codeGroups(code));
  // All of it is shown: six groups of five digits.
  for (const [i, shown] of groups.entries()) {
    expect(shown.join('')).toBe(codes[i]);
    expect(shown).toHaveLength(6);
  }
  // Each group is worth its hundred thousand values, by the birthdays in it ...
  const expected = (EPOCHS * (EPOCHS - 1)) / 2 / 100_000;
  for (let group = 0; group < 6; group++) {
    const found = collisions(groups.map((shown) => shown[group] ?? ''));
    expect(Math.abs(found - expected)).toBeLessThan(6 * Math.sqrt(expected));
    // ... and none follows from another: three alike are never seen.
    const three = groups.map((shown) => [0, 1, 3].map((step) => shown[(group + step) % 6]).join());
    expect(collisions(three)).toBe(0);
  }
});
