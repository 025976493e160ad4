import { describe, expect, it } from 'vitest';
import { maySendNow } from '../../../server/meeting/hostGone.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { inviteBody, newInvitation, signedKnock } from '../../support/invitation.ts';
import { at, knockOf, newKnockId, newPerson, running, some, Table } from './kit.ts';

const gone = { kind: 'hostGone' } as const;
const moderated = presetPolicy('moderated');

describe('when the last host is gone', () => {
  it('freezes where the rules say so, after a while, and thaws when one is back', () => {
    const { table, host, ann } = running({ ...moderated, hostGone: 'freeze' });
    table.do({ type: 'leave', ...at(host) });
    expect(maySendNow(table.state, ann.device, 'camera')).toBe(true);
    table.ring(gone, table.rules.freezeAfterMs);
    expect(maySendNow(table.state, ann.device, 'camera')).toBe(false);
    expect(table.has({ type: 'stopSources', device: ann.device })).toBe(true);
    const knock = table.knock(host, 'return');
    table.commit(ann, { admitted: [knock], removed: [host.device] });
    expect(table.state.hosts).toMatchObject({ goneAt: null, frozen: false });
    expect(maySendNow(table.state, ann.device, 'camera')).toBe(true);
  });

  it('does nothing for a host that is back in time, or for a timer that rings early', () => {
    const { table, host, ann } = running({ ...moderated, hostGone: 'freeze' });
    table.do({ type: 'leave', ...at(host) });
    table.ring(gone, table.rules.freezeAfterMs - 1);
    expect(table.state.hosts.frozen).toBe(false);
    table.commit(ann, { admitted: [table.knock(host, 'return')], removed: [host.device] });
    table.ring(gone, table.rules.freezeAfterMs);
    expect(table.state.hosts.frozen).toBe(false);
  });

  it('sends everybody home after the time in the rules, and leaves the meeting open', () => {
    const { table, host, ann } = running({ ...moderated, hostGone: 'end', hostGoneMinutes: 2 });
    table.do({ type: 'leave', ...at(host) });
    table.ring(gone, 120_000);
    expect(table.state.group).toBeNull();
    expect(table.has({ type: 'close', session: ann.session, reason: 'host-gone' })).toBe(true);
    expect(table.state.chain.ended).toBe(false);
  });

  it('goes on where the rules say so, and where no host was ever there', () => {
    const { table, host } = running({ ...moderated, hostGone: 'continue' });
    table.do({ type: 'leave', ...at(host) });
    expect(table.state.hosts.goneAt).toBeNull();
    const open = new Table({ ...presetPolicy('open'), hostGone: 'freeze' });
    const person = newPerson();
    open.identify(person);
    open.found(person);
    expect(open.state.hosts.goneAt).toBeNull();
  });
});

describe('a knock', () => {
  it('by a stranger to the link, or by an invitation that is over, is refused', () => {
    const { table, host } = running();
    const { meeting } = table.state.chain;
    const person = newPerson();
    table.identify(person);
    const knock = (request: ReturnType<typeof knockOf>) =>
      table.refused({ type: 'knock', ...at(person), knockId: newKnockId(), request });
    const stranger = newInvitation(meeting);
    expect(knock(knockOf(table, person, 'lobby', stranger))).toBe('bad-invitation');
    const content = { kind: 'lobby', keyPackageRef: some(32), sealed: some(100) } as const;
    const forged = {
      ...signedKnock(stranger, person.device, content),
      invitation: table.invitation.keys.key,
    };
    expect(knock(forged)).toBe('bad-invitation');
    const late = newInvitation(meeting);
    table.append(host, inviteBody(meeting, { expires: table.now + 1_000 }, late), host);
    expect(knock(knockOf(table, person, 'lobby', late))).toBe('ok');
    table.now += 2_000;
    expect(knock(knockOf(table, person, 'lobby', late))).toBe('invitation-over');
    table.append(host, { type: 'revoke', invitations: [table.invitation.keys.key] }, host);
    expect(knock(knockOf(table, person))).toBe('invitation-over');
  });
});
