import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../../../shared/roles.ts';
import { at, knockOf, newKnockId, newPerson, running, Table } from './kit.ts';

const knock = (table: Table, person: ReturnType<typeof newPerson>, kind: 'lobby' | 'return' = 'lobby') =>
  ({ type: 'knock', ...at(person), knockId: newKnockId(), request: knockOf(table, person, kind) }) as const;

describe('knocking', () => {
  it('needs a proven key', () => {
    const { table } = running();
    expect(table.refused(knock(table, newPerson()))).toBe('not-identified');
  });

  it('takes a return knock only from devices that may enter', () => {
    const { table, host } = running();
    const cat = newPerson();
    table.identify(cat);
    expect(table.refused(knock(table, cat, 'return'))).toBe('not-admitted');
    table.append(host, { type: 'admit', devices: [cat.device] }, host);
    expect(table.refused(knock(table, cat, 'return'))).toBe('ok');
  });

  it('keeps one per device, the newest', () => {
    const { table, host } = running();
    const cat = newPerson();
    table.identify(cat);
    const first = table.knock(cat);
    const second = table.knock(cat);
    expect([...table.state.knocks.keys()]).toEqual([second]);
    expect(table.sent(host, 'lobby:knocks')).toMatchObject([
      { added: [{ knockId: second }], removed: [first] },
    ]);
  });

  it('has room for so many, and lets one waiting knock anew', () => {
    const { table } = running(undefined, { knocks: 1 });
    const [cat, dan] = [newPerson(), newPerson()];
    for (const person of [cat, dan]) table.identify(person);
    table.knock(cat);
    expect(table.refused(knock(table, dan))).toBe('full');
    expect(table.refused(knock(table, cat))).toBe('ok');
  });

  it('refuses the banned at the door and newcomers to a locked meeting', () => {
    const { table, host, ann } = running();
    const cat = newPerson();
    table.identify(cat);
    table.append(host, { type: 'lock', locked: true }, host);
    expect(table.refused(knock(table, cat))).toBe('locked');
    expect(table.refused(knock(table, ann, 'return'))).toBe('ok');
    table.append(host, { type: 'remove', devices: [cat.device], ban: true }, host);
    expect(table.refused(knock(table, cat))).toBe('banned');
    expect(table.refused({ type: 'identify', ...at({ ...cat, session: 'new' }) })).toBe('banned');
  });

  it('waits for somebody to come where no group runs', () => {
    const table = new Table();
    const [cat, host] = [newPerson(), newPerson()];
    table.identify(cat);
    const waiting = table.knock(cat);
    expect(table.sent(cat, 'lobby:state')).toEqual([{ position: 1, attended: false, locked: false }]);
    table.identify(host);
    table.append(table.host, { type: 'grant', device: host.device, role: 'host' }, host);
    table.found(host);
    expect(table.sent(host, 'lobby:knocks')).toMatchObject([{ added: [{ knockId: waiting }], removed: [] }]);
    table.ring({ kind: 'lobby' }, 250);
    expect(table.sent(cat, 'lobby:state')).toEqual([{ position: 1, attended: true, locked: false }]);
  });

  it('shows a return knock to all members, a lobby knock to those who may admit', () => {
    const { table, host, ann, ben } = running();
    const [cat, dan] = [newPerson(), newPerson()];
    for (const person of [cat, dan]) table.identify(person);
    table.knock(cat);
    expect([host, ann, ben].map((person) => table.sent(person, 'lobby:knocks').length)).toEqual([1, 0, 0]);
    table.append(host, { type: 'admit', devices: [dan.device] }, host);
    table.knock(dan, 'return');
    expect([host, ann, ben].map((person) => table.sent(person, 'lobby:knocks').length)).toEqual([1, 1, 1]);
  });

  it('follows a change of roles', () => {
    const { table, host, ann } = running();
    const cat = newPerson();
    table.identify(cat);
    const waiting = table.knock(cat);
    table.append(host, { type: 'grant', device: ann.device, role: 'cohost' }, host);
    expect(table.sent(ann, 'lobby:knocks')).toMatchObject([{ added: [{ knockId: waiting }], removed: [] }]);
    table.append(host, { type: 'grant', device: ann.device, role: 'participant' }, host);
    expect(table.sent(ann, 'lobby:knocks')).toEqual([{ added: [], removed: [waiting] }]);
  });

  it('tells a member that was away what it missed', () => {
    const { table, host } = running();
    const [cat, dan] = [newPerson(), newPerson()];
    for (const person of [cat, dan]) table.identify(person);
    const first = table.knock(cat);
    table.disconnect(host);
    table.do({ type: 'withdraw', ...at(cat) });
    const second = table.knock(dan);
    const back = { ...host, session: newPerson().session };
    expect(table.identify(back).member).toBe(true);
    expect(table.sent(back, 'lobby:knocks')).toMatchObject([
      { added: [{ knockId: second }], removed: [first] },
    ]);
  });

  it('tells a few of those who may answer, hosts among them, and all others where nobody does', () => {
    const { table, host, ann, ben } = running(presetPolicy('open'));
    const crowd = Array.from({ length: 20 }, () => {
      const person = newPerson();
      table.identify(person);
      table.commit(host, { admitted: [table.knock(person)] });
      return person;
    });
    const everyone = [host, ann, ben, ...crowd];
    const newest = crowd.at(-1);
    if (!newest) throw new Error('nobody came');
    table.append(host, { type: 'grant', device: newest.device, role: 'cohost' }, host);
    const cat = newPerson();
    table.identify(cat);
    const waiting = table.knock(cat);
    const told = () => everyone.filter((person) => table.sent(person, 'lobby:knocks').length > 0);
    expect(told()).toEqual([...everyone.slice(0, 8), newest]);
    // One of them goes, the next one stands in.
    table.do({ type: 'leave', ...at(ann) });
    expect(told()).toEqual([everyone[8]]);
    table.ring({ kind: 'lobby' }, 250);
    expect(told()).toEqual([]);
    expect(table.has({ type: 'schedule', timer: { kind: 'lobby' } })).toBe(true);
    table.ring({ kind: 'lobby' }, 3_000);
    expect(told()).toEqual(crowd.slice(6, -1));
    expect(table.has({ type: 'schedule' })).toBe(false);
    table.commit(newest, { admitted: [waiting], removed: [ann.device] });
    expect(told()).toEqual(everyone.filter((person) => person !== ann));
  });

  it('splits a crowd over several events', () => {
    const table = new Table();
    const host = newPerson();
    for (let i = 0; i < 150; i++) {
      const person = newPerson();
      table.identify(person);
      table.knock(person);
    }
    table.identify(host);
    table.append(table.host, { type: 'grant', device: host.device, role: 'host' }, host);
    table.found(host);
    expect(table.sent(host, 'lobby:knocks').map(({ added }) => added.length)).toEqual([64, 64, 22]);
  });
});

describe('answers', () => {
  it('lets those who may admit deny, and nobody else', () => {
    const { table, host, ann } = running();
    const cat = newPerson();
    table.identify(cat);
    const waiting = table.knock(cat);
    const request = { knockIds: [waiting, newKnockId()] };
    expect(table.refused({ type: 'deny', ...at(ann), request })).toBe('forbidden');
    table.do({ type: 'deny', ...at(host), request });
    expect(table.sent(cat, 'lobby:denied')).toEqual([{ banned: false }]);
    expect(table.sent(host, 'lobby:knocks')).toEqual([{ added: [], removed: [waiting] }]);
    expect(table.refused(knock(table, cat))).toBe('ok');
  });

  it('tells a waiting device that it is barred', () => {
    const { table, host } = running();
    const cat = newPerson();
    table.identify(cat);
    table.knock(cat);
    table.append(host, { type: 'remove', devices: [cat.device], ban: true }, host);
    expect(table.sent(cat, 'lobby:denied')).toEqual([{ banned: true }]);
    expect(table.state.knocks.size).toBe(0);
  });

  it('moves the line up, told once per interval', () => {
    const { table } = running();
    const people = [newPerson(), newPerson(), newPerson()] as const;
    for (const person of people) {
      table.identify(person);
      table.knock(person);
    }
    const [first, second, third] = people;
    expect(table.sent(third, 'lobby:state')).toMatchObject([{ position: 3 }]);
    table.ring({ kind: 'lobby' }, 250);
    table.do({ type: 'withdraw', ...at(first) });
    expect(table.has({ type: 'schedule', timer: { kind: 'lobby' } })).toBe(true);
    table.do({ type: 'leave', ...at(second) });
    expect(table.has({ type: 'schedule' })).toBe(false);
    table.ring({ kind: 'lobby' }, 250);
    expect(table.sent(third, 'lobby:state')).toMatchObject([{ position: 1 }]);
    expect(table.sent(first, 'lobby:state')).toEqual([]);
    expect(table.has({ type: 'schedule' })).toBe(false);
  });

  it('tells the waiting of a lock and of empty chairs', () => {
    const { table, host } = running();
    const cat = newPerson();
    table.identify(cat);
    table.knock(cat);
    table.append(host, { type: 'lock', locked: true }, host);
    table.ring({ kind: 'lobby' }, 250);
    expect(table.sent(cat, 'lobby:state')).toEqual([{ position: 1, attended: true, locked: true }]);
    table.disconnect(host);
    table.ring({ kind: 'lobby' }, 250);
    expect(table.sent(cat, 'lobby:state')).toEqual([{ position: 1, attended: false, locked: true }]);
  });
});

describe('open meetings', () => {
  it('let any admitting member add anyone, until locked', () => {
    const table = new Table(presetPolicy('open'));
    const [ann, ben, cat] = [newPerson(), newPerson(), newPerson()];
    table.identify(ann);
    table.found(ann);
    table.identify(ben);
    table.commit(ann, { admitted: [table.knock(ben)] });
    table.identify(cat);
    const waiting = table.knock(cat);
    table.append(table.host, { type: 'lock', locked: true }, ann);
    const request = table.commitRequest({ admitted: [waiting] });
    expect(table.refused({ type: 'commit', ...at(ann), request })).toBe('locked');
    table.append(table.host, { type: 'lock', locked: false }, ann);
    expect(table.refused({ type: 'commit', ...at(ben), request })).toBe('ok');
  });

  it('leave members without `admit` out of it', () => {
    const open = presetPolicy('open');
    const table = new Table({
      ...open,
      permissions: { ...open.permissions, participant: ['found', 'speak'] },
    });
    const [ann, ben] = [newPerson(), newPerson()];
    table.identify(ann);
    table.found(ann);
    table.identify(ben);
    const waiting = table.knock(ben, 'return');
    expect(table.sent(ann, 'lobby:knocks')).toEqual([]);
    const request = table.commitRequest({ admitted: [waiting] });
    expect(table.refused({ type: 'commit', ...at(ann), request })).toBe('forbidden');
  });
});
