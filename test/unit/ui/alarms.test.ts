import { describe, expect, it } from 'vitest';
import { gravest } from '../../../client/ui/meeting/alarmWords.ts';
import { deviceKey } from '../../../shared/ids.ts';

const device = deviceKey.parse('A'.repeat(43));
const ghost = { id: '1', at: 1, alarm: { kind: 'ghost', devices: [device] } } as const;
const changed = { id: '2', at: 2, alarm: { kind: 'identity-changed', device, name: 'Ada' } } as const;
const refused = { id: '3', at: 3, alarm: { kind: 'refused-commit', device } } as const;

describe('the alarm that is shown alone', () => {
  it('is the one that may mean a listener, whenever it came', () => {
    expect(gravest([ghost, changed, refused])).toBe(ghost);
    expect(gravest([refused, changed])).toBe(changed);
  });

  it('is the latest of equals, and none where there is none', () => {
    const later = { ...changed, id: '4', at: 4 };
    expect(gravest([changed, later])).toBe(later);
    expect(gravest([])).toBe(undefined);
  });
});
