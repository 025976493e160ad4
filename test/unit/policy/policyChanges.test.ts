import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { en } from '../../../client/i18n/en.ts';
import { createFormat } from '../../../client/i18n/format.ts';
import { changeText } from '../../../client/ui/policy/changeText.ts';
import {
  isLooser,
  policyChanges,
  ruledRoles,
  sameRules,
  withRight,
} from '../../../client/ui/policy/policyChanges.ts';
import { operatorKey } from '../../../shared/residency.ts';
import { type Policy, permissions, presetPolicy, presets } from '../../../shared/roles.ts';

const rights = Object.values(permissions);
const someResidency: fc.Arbitrary<Pick<Policy, 'residency'>> = fc
  .option(
    fc.record({
      operator: fc.constantFrom('A', 'B').map((letter) => operatorKey.parse(`${letter.repeat(42)}A`)),
      regions: fc.subarray(['Taipei', 'Taichung', 'Abroad'], { minLength: 1 }),
    }),
  )
  .map((residency) => (residency ? { residency } : {}));
const somePolicy: fc.Arbitrary<Policy> = fc
  .tuple(
    fc.record({
      preset: fc.constantFrom(...presets),
      lobby: fc.boolean(),
      who: fc.constantFrom('anyone', 'invited', 'verified'),
      staff: fc.constant(null),
      hostGone: fc.constantFrom('continue', 'freeze', 'end'),
      hostGoneMinutes: fc.integer({ min: 1, max: 240 }),
      autoLockMinutes: fc.option(fc.integer({ min: 1, max: 240 })),
      muteOnEntry: fc.boolean(),
      watermark: fc.boolean(),
      label: fc.constant(null),
      permissions: fc.record({
        cohost: fc.subarray(rights),
        presenter: fc.subarray(rights),
        participant: fc.subarray(rights),
        guest: fc.subarray(rights),
      }),
    }),
    someResidency,
  )
  .map(([rest, residency]) => ({ ...rest, ...residency }));

const opposite = { looser: 'stricter', stricter: 'looser', other: 'other' } as const;

describe('changes of rules', () => {
  it('are none from a policy to itself, whatever it is called and however rights are ordered', () => {
    fc.assert(
      fc.property(somePolicy, fc.constantFrom(...presets), (policy, preset) => {
        const turned = policy.permissions.guest.toReversed();
        const same = { ...policy, preset, permissions: { ...policy.permissions, guest: turned } };
        expect(policyChanges(policy, same)).toEqual([]);
      }),
    );
  });

  it('point the other way when taken back', () => {
    fc.assert(
      fc.property(somePolicy, somePolicy, (one, other) => {
        const there = policyChanges(one, other).map(({ direction }) => opposite[direction]);
        const back = policyChanges(other, one).map(({ direction }) => direction);
        expect(back.sort()).toEqual(there.sort());
      }),
    );
  });

  it('call every right given looser, and every right taken stricter', () => {
    const policy = presetPolicy('moderated');
    for (const role of ruledRoles) {
      for (const right of rights) {
        const without = withRight(policy, [role], right, false);
        const given = withRight(without, [role], right, true);
        expect(policyChanges(without, given)).toEqual([
          { rule: 'right', right, roles: [role], given: true, direction: 'looser' },
        ]);
        expect(isLooser(given, without)).toBe(false);
      }
    }
  });

  it.each([
    [{ lobby: false }, 'looser'],
    [{ who: 'invited' }, 'stricter'],
    [{ autoLockMinutes: null }, 'looser'],
    [{ autoLockMinutes: 5 }, 'stricter'],
    [{ autoLockMinutes: 60 }, 'looser'],
    [{ muteOnEntry: false }, 'looser'],
    [{ watermark: true }, 'stricter'],
    [{ hostGone: 'continue' }, 'looser'],
    [{ hostGone: 'end' }, 'stricter'],
  ] as const)('knows that from Classroom, %o is %s', (change, direction) => {
    const classroom = presetPolicy('classroom');
    expect(policyChanges(classroom, { ...classroom, ...change }).map((each) => each.direction)).toEqual([
      direction,
    ]);
  });

  it('overlooks minutes that do not count', () => {
    const policy = presetPolicy('moderated');
    expect(sameRules(policy, { ...policy, hostGoneMinutes: 99 })).toBe(true);
  });

  it('says Open is looser than Moderated, in words', () => {
    const changes = policyChanges(presetPolicy('moderated'), presetPolicy('open'));
    const texts = changes.map((each) => changeText(each, en, createFormat('en')));
    expect(texts).toEqual([
      'There is no waiting room.',
      'Presenters, participants and guests may let people in.',
      'Presenters, participants and guests may start the meeting before a host.',
    ]);
  });
});
