import { describe, expect, it } from 'vitest';
import { deviceLabel, nameFromClaims, roleFromClaims } from '../../../server/accounts/account.ts';
import { judgeSession, sessionRules } from '../../../server/accounts/session.ts';
import type { Session } from '../../../server/store/accountStore.ts';
import { accountId, sessionId } from '../../../shared/protocol/accounts.ts';

describe('roleFromClaims', () => {
  const group = { claim: 'groups', value: 'staff' };
  const roles = [
    { claim: 'groups', value: 'teachers', role: 'host' },
    { claim: 'realm_access.roles', value: 'it', role: 'admin' },
  ] as const;

  it.each([
    [{ groups: ['staff'] }, { group, roles: [] }, 'host'],
    [{ groups: 'staff' }, { group, roles: [] }, 'host'],
    [{ groups: ['staffs'] }, { group, roles: [] }, null],
    [{ groups: [['staff']] }, { group, roles: [] }, null],
    [{}, { group, roles }, null],
    [{ groups: ['staff'] }, { group, roles }, 'member'],
    [{ groups: ['staff', 'teachers'] }, { group, roles }, 'host'],
    [{ groups: ['staff', 'teachers'], realm_access: { roles: ['it'] } }, { group, roles }, 'admin'],
    [{ 'realm_access.roles': 'it' }, { group: null, roles }, 'admin'],
    [{ realm_access: 'it' }, { group: null, roles }, 'member'],
    [{}, { group: { claim: 'constructor.name', value: 'Object' }, roles: [] }, null],
  ] as const)('%o under %o is %s', (claims, entitlement, role) => {
    expect(roleFromClaims(claims, entitlement)).toBe(role);
  });
});

it('names come from the first claim that says one, without invisible characters', () => {
  expect(nameFromClaims({ sub: 'x', name: ' ', preferred_username: 'l\u202Ein' })).toBe('lin');
  expect(nameFromClaims({ sub: 'x', name: 7 })).toBe('x');
  expect(nameFromClaims({ name: 'n'.repeat(500) })).toHaveLength(100);
});

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox, Linux'],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge, Windows'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1', 'Safari, iOS'],
  [undefined, ''],
])('%s is %s', (agent, label) => {
  expect(deviceLabel(agent)).toBe(label);
});

describe('judgeSession', () => {
  const session: Session = {
    id: sessionId.parse('A'.repeat(22)),
    account: accountId.parse('A'.repeat(22)),
    token: 'new',
    previous: 'old',
    rotatedAt: 1_000_000,
    confirmedAt: null,
    device: '',
    createdAt: 0,
    seenAt: 1_000_000,
    provenAt: null,
    expiresAt: 10 ** 12,
  };
  const judge = (presented: string, now: number, change: Partial<Session> = {}) =>
    judgeSession({ ...session, ...change }, presented, now, sessionRules);

  it('lets the old token pass while the new one was not seen, and gives another only when it seems lost', () => {
    expect(judge('old', 1_010_000)).toEqual({ kind: 'good', rotate: false, confirm: false });
    expect(judge('old', 1_060_000)).toEqual({ kind: 'good', rotate: true, confirm: false });
  });

  it('takes an old token for a copy once its successor is in use', () => {
    expect(judge('old', 1_060_000, { confirmedAt: 1_001_000 })).toMatchObject({
      kind: 'good',
      rotate: false,
    });
    expect(judge('old', 1_061_000, { confirmedAt: 1_001_000 })).toEqual({ kind: 'stolen' });
  });

  it('ends by time and by silence', () => {
    expect(judge('new', 10 ** 12)).toEqual({ kind: 'over' });
    expect(judge('new', 1_000_000 + sessionRules.idleMs)).toEqual({ kind: 'over' });
    expect(judge('other', 1_000_000)).toEqual({ kind: 'over' });
  });
});
