import { describe, expect, it } from 'vitest';
import { mayAddPasskey, refusalOfAdmin } from '../../../server/accounts/proof.ts';
import { accountId, sessionId } from '../../../shared/protocol/accounts.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

const session = (createdAt: number, provenAt: number | null) => ({
  id: sessionId.parse('S'.repeat(21).concat('A')),
  account: accountId.parse('A'.repeat(22)),
  token: 'hash',
  previous: null,
  rotatedAt: NOW,
  confirmedAt: null,
  device: '',
  createdAt,
  seenAt: NOW,
  provenAt,
  expiresAt: NOW + HOUR,
});

describe('administration', () => {
  it.each([
    ['a member', 'member', NOW, 'not-entitled'],
    ['a host', 'host', NOW, 'not-entitled'],
    ['an administrator by a link alone', 'admin', null, 'passkey-required'],
    ['an administrator who showed it long ago', 'admin', NOW - 12 * HOUR, 'passkey-required'],
    ['an administrator who showed it lately', 'admin', NOW - 12 * HOUR + 1, null],
  ] as const)('by %s', (_who, role, provenAt, refusal) => {
    expect(refusalOfAdmin({ role }, { provenAt }, NOW)).toBe(refusal);
  });
});

describe('a passkey', () => {
  it('is added in a session that is new, or that showed lately who it is', () => {
    expect(mayAddPasskey(session(NOW - HOUR, null), NOW)).toBe(true);
    expect(mayAddPasskey(session(NOW - 90 * HOUR, NOW - HOUR), NOW)).toBe(true);
    expect(mayAddPasskey(session(NOW - 90 * HOUR, NOW - 80 * HOUR), NOW)).toBe(false);
    expect(mayAddPasskey(session(NOW - 13 * HOUR, null), NOW)).toBe(false);
  });
});
