import { expect, it } from 'vitest';
import { presetPolicy } from '../../../shared/roles.ts';
import { newPerson, running } from './kit.ts';

it('the operator sends everybody home, those who wait too, and signs nothing', () => {
  const { table, host, ann } = running(presetPolicy('moderated'));
  const waiting = newPerson();
  table.identify(waiting);
  table.knock(waiting, 'lobby');
  table.do({ type: 'stop' });
  for (const { session } of [host, ann, waiting]) {
    expect(table.has({ type: 'close', session, reason: 'operator' })).toBe(true);
  }
  const { group, knocks, sessions, chain } = table.state;
  expect(group).toBeNull();
  expect([knocks.size, sessions.size]).toEqual([0, 0]);
  expect(chain.ended).toBe(false);
});
