import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../../../shared/roles.ts';
import { at, newPerson, type Person, running, type Table } from './kit.ts';

const refusing = (table: Table, person: Person, group: ReturnType<typeof running>['group'], epoch: number) =>
  table.do({ type: 'refuse', ...at(person), request: { groupId: group, epoch } });

const epochOf = (table: Table) => table.state.group?.epoch ?? -1;

describe('a commit that members refuse', () => {
  it('is void on the word of one who may remove its author, who is put out', () => {
    const { table, host, ann, ben, group } = running();
    const epoch = epochOf(table);
    table.commit(ann);
    expect(epochOf(table)).toBe(epoch + 1);
    refusing(table, host, group, epoch);
    expect(epochOf(table)).toBe(epoch);
    expect(table.entries(ben).map(({ kind }) => kind)).toEqual(['void', 'gone']);
    expect(table.has({ type: 'close', session: ann.session, reason: 'abuse' })).toBe(true);
    expect(table.has({ type: 'closeMedia', device: ann.device })).toBe(true);
    expect(table.state.members.has(ann.device)).toBe(false);
    expect(table.state.leaving.has(ann.device)).toBe(true);
    // The epoch is open again for those who stayed.
    expect(table.commit(host, { removed: [ann.device] }).seq).toBeGreaterThan(0);
  });

  it('is void on the word of most of the others, not of a few', () => {
    const { table, host, ann, ben, group } = running(presetPolicy('moderated'));
    const cat = newPerson();
    table.identify(cat);
    const knock = table.knock(cat);
    table.append(host, { type: 'admit', devices: [cat.device] }, host);
    table.commit(host, { admitted: [knock] });
    table.do({ type: 'leave', ...at(host) });
    const epoch = epochOf(table);
    table.commit(ann, { removed: [host.device] });
    refusing(table, ben, group, epoch);
    refusing(table, ben, group, epoch);
    expect(epochOf(table)).toBe(epoch + 1);
    refusing(table, cat, group, epoch);
    expect(epochOf(table)).toBe(epoch);
  });

  it('cannot be used to vote a host out', () => {
    const { table, host, ann, ben, group } = running();
    const epoch = epochOf(table);
    table.commit(host);
    for (const person of [ann, ben]) refusing(table, person, group, epoch);
    expect(epochOf(table)).toBe(epoch + 1);
    expect(table.state.members.has(host.device)).toBe(true);
  });

  it('takes those it brought in along, and leaves those it removed to be removed again', () => {
    const { table, host, ann, ben, group } = running();
    const stranger = newPerson();
    table.identify(stranger);
    const knock = table.knock(stranger);
    table.append(host, { type: 'admit', devices: [stranger.device] }, host);
    table.do({ type: 'leave', ...at(ben) });
    const epoch = epochOf(table);
    table.append(host, { type: 'grant', device: ann.device, role: 'host' }, host);
    table.commit(host, { admitted: [knock], removed: [ben.device] });
    refusing(table, ann, group, epoch);
    expect(table.state.members.has(stranger.device)).toBe(false);
    expect(table.state.leaving.has(ben.device)).toBe(true);
    expect(table.has({ type: 'close', session: stranger.session, reason: 'stopping' })).toBe(true);
  });

  it('cannot be refused by its author, by whom it admits, late, or in another group', () => {
    const { table, host, ann, ben, group } = running();
    const epoch = epochOf(table);
    table.commit(ann);
    refusing(table, ann, group, epoch);
    refusing(table, host, group, epoch - 1);
    refusing(table, host, group, epoch + 1);
    expect(epochOf(table)).toBe(epoch + 1);
    table.commit(ben);
    refusing(table, host, group, epoch);
    expect(epochOf(table)).toBe(epoch + 2);
    expect(table.state.members.has(ann.device)).toBe(true);
  });
});

it('asks nobody to remove a leaf that a voided commit brought and that has left since', () => {
  const { table, host, ann } = running();
  const guest = newPerson();
  table.identify(guest);
  const knock = table.knock(guest);
  table.append(host, { type: 'admit', devices: [guest.device] }, host);
  table.append(host, { type: 'grant', device: ann.device, role: 'cohost' }, host);
  table.commit(ann, { admitted: [knock] });
  table.do({ type: 'leave', ...at(guest) });
  const { group } = table.state;
  if (!group) throw new Error('no group runs');
  const request = { groupId: group.groupId, epoch: group.epoch - 1 };
  table.do({ type: 'refuse', ...at(host), request });
  expect([...table.state.leaving]).toEqual([ann.device]);
});
