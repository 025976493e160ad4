import { describe, expect, it } from 'vitest';
import type { KnockView } from '../../../client/meeting/view.ts';
import { chatModeOf, chatModes, withChatMode, withPreset } from '../../../client/ui/host/hostRules.ts';
import { countdown } from '../../../client/ui/host/useCountdown.ts';
import { groupKnocks, searchKnocks } from '../../../client/ui/lobby/knockGroups.ts';
import { shownRange } from '../../../client/ui/lobby/shownRange.ts';
import { policyChanges, withRight } from '../../../client/ui/policy/policyChanges.ts';
import { deviceKey, invitationKey, knockId } from '../../../shared/ids.ts';
import { operatorKey } from '../../../shared/residency.ts';
import { type Policy, presetPolicy, presets } from '../../../shared/roles.ts';

describe('another kind of meeting', () => {
  it('leaves alone what is no part of a kind of meeting', () => {
    const residency = { operator: operatorKey.parse('A'.repeat(43)), regions: ['Taipei'] };
    const own: Policy = {
      ...presetPolicy('moderated'),
      who: 'invited',
      watermark: true,
      label: 'abc',
      residency,
    };
    const next = withPreset(own, 'open', true);
    expect(next.residency).toEqual(residency);
    expect([next.who, next.watermark, next.label, next.preset, next.lobby]).toEqual([
      'invited',
      true,
      'abc',
      'open',
      false,
    ]);
  });

  it('gives nobody the right to record on a site that refuses it', () => {
    for (const preset of presets) {
      const next = withPreset(presetPolicy('open'), preset, false);
      expect(Object.values(next.permissions).flat()).not.toContain('record');
      const changes = policyChanges(withPreset(presetPolicy('open'), preset, true), next);
      expect(changes).toEqual([
        { rule: 'right', right: 'record', roles: ['cohost'], given: false, direction: 'stricter' },
      ]);
    }
  });
});

describe('to whom people may write', () => {
  it('is read as it was set, for every choice and every kind of meeting', () => {
    for (const preset of presets)
      for (const mode of chatModes) {
        expect(chatModeOf(withChatMode(presetPolicy(preset), mode))).toBe(mode);
      }
  });

  it('opens again to what it was before it was closed', () => {
    const open = presetPolicy('open');
    expect(policyChanges(open, withChatMode(withChatMode(open, 'off'), 'everyone'))).toEqual([]);
    expect(policyChanges(open, withChatMode(withChatMode(open, 'hosts'), 'everyone'))).toEqual([]);
  });

  it('gives back nothing that was taken one by one', () => {
    const strict = withRight(presetPolicy('moderated'), ['participant', 'guest'], 'files', false);
    expect(withChatMode(withChatMode(strict, 'hosts'), 'everyone').permissions.guest).not.toContain('files');
  });

  it('is a mixture where the roles differ', () => {
    expect(chatModeOf(withRight(presetPolicy('open'), ['guest'], 'chat', false))).toBeNull();
  });
});

const invited = invitationKey.parse('I'.repeat(43));
const plain = invitationKey.parse('Q'.repeat(43));

function knock(number: number, change: Partial<KnockView> = {}): KnockView {
  return {
    knockId: knockId.parse(`knock${String(number).padStart(4, '0')}AAAAAAAAAAAAA`),
    device: deviceKey.parse(`${String(number).padStart(4, '0')}${'A'.repeat(39)}`),
    name: `Person ${number}`,
    message: '',
    at: number,
    trust: 'new',
    invitation: plain,
    identity: null,
    ...change,
  };
}

describe('those who wait', () => {
  const identity = {
    issuer: 'https://idp.example',
    name: 'Lin Mei-hua',
    email: 'lin@example.gov.tw',
    agency: '',
  };

  it('are grouped by what is known of them, and a changed key outweighs all else', () => {
    const knocks = [
      knock(1),
      knock(2, { identity, trust: 'changed' }),
      knock(3, { invitation: invited }),
      knock(4, { trust: 'verified' }),
      knock(5, { identity }),
      knock(6),
    ];
    const groups = groupKnocks(knocks, [{ key: invited, personal: true, name: 'Speaker' }]);
    expect(groups.map(({ kind, knocks }) => [kind, knocks.map(({ at }) => at)])).toEqual([
      ['staff', [5]],
      ['known', [4]],
      ['invited', [3]],
      ['link', [1, 6]],
      ['changed', [2]],
    ]);
  });

  it('are found by name, message and address, whatever the case', () => {
    const knocks = [
      knock(1, { name: 'ADA' }),
      knock(2, { message: 'from Ada' }),
      knock(3, { identity }),
      knock(4),
    ];
    expect(searchKnocks(knocks, ' ada ')).toHaveLength(2);
    expect(searchKnocks(knocks, 'GOV.TW')).toHaveLength(1);
    expect(searchKnocks(knocks, '')).toHaveLength(4);
  });

  it('are drawn only where they can be seen', () => {
    const top = shownRange(1000, 72, 0, 600);
    expect(top.from).toBe(0);
    expect(top.to).toBeLessThan(30);
    const middle = shownRange(1000, 72, 36_000, 600);
    expect(middle.from).toBeLessThanOrEqual(500);
    expect(middle.to).toBeGreaterThanOrEqual(509);
    expect(shownRange(1000, 72, 72_000, 600).to).toBe(1000);
    expect(shownRange(3, 72, 9_999, 600)).toEqual({ from: 2, to: 3 });
    expect(shownRange(0, 72, 0, 600)).toEqual({ from: 0, to: 0 });
  });
});

describe('the time that is left', () => {
  it('is rounded up to whole seconds and never below nothing', () => {
    expect(countdown(90_000, 0)).toBe('1:30');
    expect(countdown(60_001, 1)).toBe('1:00');
    expect(countdown(9_001, 0)).toBe('0:10');
    expect(countdown(0, 5_000)).toBe('0:00');
  });
});
