import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePolicy } from '../../../client/meeting/core/policyMerge.ts';
import { withRight } from '../../../client/ui/policy/policyChanges.ts';
import { type Permission, type Policy, permissions, presetPolicy, presets } from '../../../shared/roles.ts';

const base = presetPolicy('moderated');
const roles = ['cohost', 'presenter', 'participant', 'guest'] as const;

interface Change {
  readonly role: (typeof roles)[number];
  readonly right: Permission;
  readonly on: boolean;
}

describe('rules that two hosts change at once', () => {
  it('take both changes where they are about different rules', () => {
    const mine = { ...withRight(base, ['guest'], 'chat', false), watermark: true };
    const theirs = { ...withRight(base, ['guest'], 'files', false), lobby: false };
    const merged = mergePolicy(base, mine, theirs);
    expect(merged).toMatchObject({ watermark: true, lobby: false });
    for (const right of ['chat', 'files'] as const) {
      expect(merged?.permissions.guest).not.toContain(right);
      expect(merged?.permissions.participant).toContain(right);
    }
  });

  it('take neither where both changed one rule differently, and the change where both agree', () => {
    const freeze = { ...base, hostGone: 'freeze' } as const;
    expect(mergePolicy(base, freeze, { ...base, hostGone: 'end' })).toBeNull();
    expect(mergePolicy(base, freeze, freeze)).toEqual(freeze);
  });

  it('never give back what the other took, whoever is first', () => {
    const right = fc.constantFrom<Permission>(...Object.values(permissions));
    const change: fc.Arbitrary<Change> = fc.record({
      role: fc.constantFrom(...roles),
      right,
      on: fc.boolean(),
    });
    const changed = (from: Policy, changes: readonly Change[]) =>
      changes.reduce((rules, { role, right: one, on }) => withRight(rules, [role], one, on), from);
    fc.assert(
      fc.property(
        fc.constantFrom(...presets),
        fc.array(change, { maxLength: 5 }),
        fc.array(change, { maxLength: 5 }),
        (preset, ours, others) => {
          const from = presetPolicy(preset);
          const [mine, theirs] = [changed(from, ours), changed(from, others)];
          const [one, other] = [mergePolicy(from, mine, theirs), mergePolicy(from, theirs, mine)];
          for (const role of roles) {
            const rights = new Set(one?.permissions[role]);
            expect(new Set(other?.permissions[role])).toEqual(rights);
            for (const each of from.permissions[role]) {
              const kept = mine.permissions[role].includes(each) && theirs.permissions[role].includes(each);
              expect(rights.has(each)).toBe(kept);
            }
          }
        },
      ),
    );
  });
});
