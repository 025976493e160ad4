import { describe, expect, it } from 'vitest';
import { at, newGroupId, newPerson, running, some, Table } from './kit.ts';

describe('connections', () => {
  it('gives a lost connection its grace, then says gone', () => {
    const { table, host, ann } = running();
    table.disconnect(ann);
    expect(table.has({ type: 'schedule', at: table.now + 5_000 })).toBe(true);
    expect(table.entries(host)).toEqual([]);
    table.ring({ kind: 'grace', device: ann.device }, 4_999);
    expect(table.state.members.has(ann.device)).toBe(true);
    // Timers may ring a moment early: the grace must not be lost by it.
    expect(table.has({ type: 'schedule', at: table.now + 1 })).toBe(true);
    table.ring({ kind: 'grace', device: ann.device }, 1);
    expect(table.entries(host)).toMatchObject([{ kind: 'gone', device: ann.device }]);
    expect(table.has({ type: 'closeMedia', device: ann.device })).toBe(true);
    expect(table.identify({ ...ann, session: 'later' }).member).toBe(false);
  });

  it('resumes within the grace', () => {
    const { table, host, ann, group } = running();
    const after = table.state.group?.stream.seq ?? 0;
    table.disconnect(ann);
    table.do({ type: 'message', ...at(host), request: { groupId: group, bytes: some(2) } });
    expect(table.entries(ann)).toEqual([]);
    table.now += 4_000;
    const back = { ...ann, session: 'back' };
    expect(table.identify(back).member).toBe(true);
    expect(table.has({ type: 'cancel' })).toBe(true);
    const { entries } = table.do({ type: 'sync', ...at(back), request: { groupId: group, after } });
    expect(entries).toMatchObject([{ kind: 'message', sender: host.device }]);
    table.ring({ kind: 'grace', device: ann.device }, 10_000);
    expect(table.state.members.has(ann.device)).toBe(true);
  });

  it('starts the grace over at each loss', () => {
    const { table, ann } = running();
    table.disconnect(ann);
    table.now += 3_000;
    const back = { ...ann, session: 'back' };
    table.identify(back);
    table.now += 1_000;
    table.disconnect(back);
    table.ring({ kind: 'grace', device: ann.device }, 1_000);
    expect(table.state.members.has(ann.device)).toBe(true);
    table.ring({ kind: 'grace', device: ann.device }, 4_000);
    expect(table.state.members.has(ann.device)).toBe(false);
  });

  it('ignores the end of a connection that was replaced', () => {
    const { table, ann } = running();
    const second = { ...ann, session: 'second' };
    table.identify(second);
    expect(table.has({ type: 'close', session: ann.session, reason: 'replaced' })).toBe(true);
    table.disconnect(ann);
    expect(table.effects).toEqual([]);
    expect(table.refused({ type: 'leave', ...at(ann) })).toBe('not-identified');
    expect(table.refused({ type: 'commit', ...at(second), request: table.commitRequest() })).toBe('ok');
  });

  it('answers a repeated identification without closing anything', () => {
    const { table, ann } = running();
    expect(table.identify(ann)).toMatchObject({ member: true });
    expect(table.effects).toEqual([]);
  });

  it('keeps the place in line of one that drops out for a moment', () => {
    const { table, host } = running();
    const cat = newPerson();
    table.identify(cat);
    const knock = table.knock(cat);
    table.disconnect(cat);
    expect(table.state.knocks.has(knock)).toBe(true);
    const back = { ...cat, session: 'back' };
    expect(table.identify(back).member).toBe(false);
    expect(table.sent(back, 'lobby:state')).toMatchObject([{ position: 1 }]);
    table.disconnect(back);
    table.ring({ kind: 'grace', device: cat.device }, 5_000);
    expect(table.state.knocks.size).toBe(0);
    expect(table.sent(host, 'lobby:knocks')).toMatchObject([{ removed: [knock] }]);
  });

  it('holds a welcome for one that was away when admitted', () => {
    const { table, host } = running();
    const cat = newPerson();
    table.identify(cat);
    const knock = table.knock(cat);
    table.append(host, { type: 'admit', devices: [cat.device] }, host);
    table.disconnect(cat);
    table.commit(host, { admitted: [knock] });
    const back = { ...cat, session: 'back' };
    expect(table.identify(back).member).toBe(false);
    expect(table.sent(back, 'lobby:welcome')).toHaveLength(1);
    expect(table.identify(back).member).toBe(true);
    expect(table.sent(back, 'lobby:welcome')).toEqual([]);
  });
});

describe('leaving', () => {
  it('says gone at once and lets any member remove the leaf', () => {
    const { table, host, ann, ben } = running();
    table.do({ type: 'leave', ...at(ann) });
    for (const person of [host, ben]) {
      expect(table.entries(person)).toMatchObject([{ kind: 'gone', device: ann.device }]);
    }
    expect(table.entries(ann)).toEqual([]);
    table.commit(ben, { removed: [ann.device] });
    expect(table.entries(ann)).toEqual([]);
    const again = table.commitRequest({ removed: [ann.device] });
    expect(table.refused({ type: 'commit', ...at(ben), request: again })).toBe('forbidden');
  });

  it('ends the group with its last member and forgets what was said', () => {
    const { table, host, ann, ben, group } = running();
    const cat = newPerson();
    table.identify(cat);
    const waiting = table.knock(cat);
    for (const person of [host, ann]) table.do({ type: 'leave', ...at(person) });
    table.disconnect(ben);
    expect(table.state.group).not.toBeNull();
    table.ring({ kind: 'grace', device: ben.device }, 5_000);
    expect(table.state.group).toBeNull();
    expect(table.has({ type: 'closeRoom' })).toBe(true);
    for (const person of [host, ann, cat]) {
      expect(table.sent(person, 'group:running')).toEqual([{ running: false }]);
    }
    expect(table.state.knocks.has(waiting)).toBe(true);
    expect(table.refused({ type: 'sync', ...at(host), request: { groupId: group, after: 0 } })).toBe(
      'not-admitted',
    );
    table.found(host);
    expect(table.state.group?.stream.seq).toBe(0);
  });

  it('lets a host that is alone reload: knock, group over, found anew', () => {
    const table = new Table();
    const host = newPerson();
    table.identify(host);
    table.append(table.host, { type: 'grant', device: host.device, role: 'host' }, host);
    table.found(host);
    const reloaded = { ...host, session: 'reloaded' };
    table.identify(reloaded);
    table.knock(reloaded, 'return');
    expect(table.state.group).toBeNull();
    table.found(reloaded, newGroupId());
    expect(table.state.knocks.size).toBe(0);
    expect([...table.state.members.keys()]).toEqual([host.device]);
  });
});
