import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../../../shared/roles.ts';
import { foundRequest } from '../../support/invitation.ts';
import { at, knockOf, newGroupId, newKnockId, newPerson, running, some, Table } from './kit.ts';

it('tells newcomers whose leaves they find although the devices are gone', () => {
  const { table, host, ann, ben } = running();
  table.do({ type: 'leave', ...at(ben) });
  const newcomer = newPerson();
  table.identify(newcomer);
  const knock = table.knock(newcomer);
  table.append(host, { type: 'admit', devices: [newcomer.device] }, host);
  // Made before the committer heard of the leave.
  table.commit(host, { admitted: [knock] });
  const gone = { kind: 'gone', device: ben.device };
  expect(table.entries(newcomer)).toMatchObject([gone]);
  table.commit(ann, { removed: [ben.device] });
  expect(table.entries(newcomer)).toMatchObject([{ kind: 'commit' }]);
});

describe('found', () => {
  it('starts a group at epoch 0 and tells those at the door', () => {
    const table = new Table(presetPolicy('open'));
    const [founder, other] = [newPerson(), newPerson()];
    expect(table.identify(founder)).toMatchObject({ group: null, member: false });
    table.identify(other);
    const group = table.found(founder);
    expect(table.sent(other, 'group:running')).toEqual([{ running: true }]);
    expect(table.sent(founder, 'group:running')).toEqual([]);
    const later = newPerson();
    expect(table.identify(later)).toMatchObject({ group: { groupId: group, epoch: 0 }, member: false });
  });

  it('needs the right, the door open, and no group', () => {
    const table = new Table();
    const [stranger, host] = [newPerson(), newPerson()];
    table.identify(stranger);
    table.identify(host);
    const found = (person: typeof host) =>
      table.refused({
        type: 'found',
        ...at(person),
        request: foundRequest(table.invitation, person.device, newGroupId()),
      });
    expect(found(stranger)).toBe('not-admitted');
    table.append(table.host, { type: 'admit', devices: [stranger.device] }, host);
    expect(found(stranger)).toBe('forbidden');
    table.append(table.host, { type: 'grant', device: host.device, role: 'cohost' }, host);
    expect(found(host)).toBe('ok');
    const cohost = newPerson();
    table.append(table.host, { type: 'grant', device: cohost.device, role: 'cohost' }, host);
    table.identify(cohost);
    expect(found(cohost)).toBe('group-exists');
  });

  it('is closed to strangers of a locked open meeting', () => {
    const table = new Table(presetPolicy('open'));
    const person = newPerson();
    table.identify(person);
    table.append(table.host, { type: 'lock', locked: true }, person);
    expect(
      table.refused({
        type: 'found',
        ...at(person),
        request: foundRequest(table.invitation, person.device, newGroupId()),
      }),
    ).toBe('locked');
  });

  it('lets the only member found anew, and nobody while others are there', () => {
    const { table, host, ann, ben, group } = running();
    const again = {
      type: 'found',
      ...at(host),
      request: foundRequest(table.invitation, host.device, newGroupId()),
    } as const;
    expect(table.refused(again)).toBe('group-exists');
    for (const person of [ann, ben]) table.do({ type: 'leave', ...at(person) });
    expect(table.refused({ ...again, request: foundRequest(table.invitation, host.device, group) })).toBe(
      'bad-request',
    );
    table.do(again);
    expect(table.has({ type: 'closeMedia', device: host.device })).toBe(true);
    expect(table.state.group?.epoch).toBe(0);
    expect(table.state.leaving.size).toBe(0);
    expect(table.sent(ann, 'group:running')).toEqual([]);
    const old = { groupId: group, bytes: some(5) };
    expect(table.refused({ type: 'message', ...at(host), request: old })).toBe('no-group');
  });
});

describe('commit', () => {
  it('admits: entry to those inside, welcome to the newcomer, stream from there on', () => {
    const { table, host, ann } = running();
    const cat = newPerson();
    table.identify(cat);
    const knock = table.knock(cat);
    expect(table.sent(host, 'lobby:knocks')[0]?.added[0]).toMatchObject({
      device: cat.device,
      kind: 'lobby',
    });
    expect(table.sent(ann, 'lobby:knocks')).toEqual([]);
    table.append(host, { type: 'admit', devices: [cat.device] }, host);
    const epoch = table.state.group?.epoch ?? -1;
    const { seq } = table.commit(host, { admitted: [knock] });
    expect(table.entries(ann)).toMatchObject([{ kind: 'commit', seq, epoch, sender: host.device }]);
    expect(table.entries(host)).toMatchObject([{ kind: 'commit', seq }]);
    expect(table.entries(cat)).toEqual([]);
    expect(table.sent(cat, 'lobby:welcome')).toMatchObject([
      { seq, epoch: epoch + 1, chainLength: table.state.chain.length },
    ]);
    expect(table.sent(host, 'lobby:knocks')).toEqual([{ added: [], removed: [knock] }]);
    const group = table.state.group?.groupId ?? newGroupId();
    const sync = (after: number) =>
      table.refused({ type: 'sync', ...at(cat), request: { groupId: group, after } });
    expect(sync(seq)).toBe('ok');
    expect(sync(seq - 1)).toBe('resync-required');
  });

  it('lets one of two commits for an epoch win', () => {
    const { table, host, ann } = running();
    const request = table.commitRequest();
    expect(table.refused({ type: 'commit', ...at(ann), request })).toBe('ok');
    expect(table.refused({ type: 'commit', ...at(host), request })).toBe('epoch-conflict');
    expect(table.effects).toEqual([]);
  });

  it('checks group, epoch, knocks and rights', () => {
    const { table, host, ann, ben } = running();
    const [cat, dan] = [newPerson(), newPerson()];
    for (const person of [cat, dan]) table.identify(person);
    const knock = table.knock(cat);
    const commit = (person: typeof ann, change: Parameters<typeof table.commitRequest>[0]) =>
      table.refused({ type: 'commit', ...at(person), request: table.commitRequest(change) });
    expect(commit(ann, { groupId: newGroupId() })).toBe('epoch-conflict');
    expect(commit(ann, { epoch: 0 })).toBe('epoch-conflict');
    expect(commit(ann, { epoch: 99 })).toBe('epoch-conflict');
    expect(commit(cat, {})).toBe('not-admitted');
    expect(commit(host, { admitted: [knock] })).toBe('forbidden');
    table.append(host, { type: 'admit', devices: [cat.device] }, host);
    expect(commit(ann, { admitted: [knock] })).toBe('forbidden');
    expect(commit(host, { admitted: [newKnockId()] })).toBe('epoch-conflict');
    expect(commit(host, { admitted: [knock, knock] })).toBe('bad-request');
    expect(commit(host, { admitted: [], welcome: some(4) })).toBe('bad-request');
    const { welcome: _, ...bare } = table.commitRequest({ admitted: [knock] });
    expect(table.refused({ type: 'commit', ...at(host), request: bare })).toBe('bad-request');
    expect(commit(host, { removed: [ben.device] })).toBe('forbidden');
    expect(commit(host, { removed: [dan.device] })).toBe('forbidden');
    expect(commit(host, { admitted: [knock] })).toBe('ok');
  });

  it('lets any member bring back a remembered device, with its old leaf removed', () => {
    const { table, ann, ben } = running();
    const again = { ...ben, session: newPerson().session };
    expect(table.identify(again)).toMatchObject({ member: true });
    expect(table.has({ type: 'close', session: ben.session, reason: 'replaced' })).toBe(true);
    const knock = table.knock(again, 'return');
    expect(table.entries(ann)).toMatchObject([{ kind: 'gone', device: ben.device }]);
    expect(table.has({ type: 'closeMedia', device: ben.device })).toBe(true);
    expect(table.sent(ann, 'lobby:knocks')[0]?.added[0]).toMatchObject({ device: ben.device });
    const request = table.commitRequest({ admitted: [knock] });
    expect(table.refused({ type: 'commit', ...at(ann), request })).toBe('bad-request');
    table.commit(ann, { admitted: [knock], removed: [ben.device] });
    expect(table.sent(again, 'lobby:welcome')).toHaveLength(1);
    expect(table.state.members.has(ben.device)).toBe(true);
    expect(table.state.leaving.size).toBe(0);
  });

  it('batches', () => {
    const { table, host } = running();
    const people = Array.from({ length: 40 }, () => newPerson());
    const admitted = people.map((person) => {
      table.identify(person);
      return table.knock(person);
    });
    table.append(host, { type: 'admit', devices: people.map(({ device }) => device) }, host);
    table.commit(host, { admitted });
    for (const person of people) expect(table.sent(person, 'lobby:welcome')).toHaveLength(1);
    expect(table.state.members.size).toBe(43);
    expect(table.state.knocks.size).toBe(0);
  });

  it('has a last seat', () => {
    const { table, host } = running(undefined, { members: 3 });
    const cat = newPerson();
    table.identify(cat);
    const knock = table.knock(cat);
    table.append(host, { type: 'admit', devices: [cat.device] }, host);
    const request = table.commitRequest({ admitted: [knock] });
    expect(table.refused({ type: 'commit', ...at(host), request })).toBe('full');
  });
});

describe('messages', () => {
  it('orders messages, records and commits in one stream without gaps', () => {
    const { table, host, ann, group } = running();
    const start = table.state.group?.stream.seq ?? 0;
    const send = () =>
      table.do({ type: 'message', ...at(ann), request: { groupId: group, bytes: some(9) } }).seq;
    expect(send()).toBe(start + 1);
    table.append(host, { type: 'lock', locked: true }, host);
    expect(table.entries(ann)).toMatchObject([{ kind: 'record', seq: start + 2 }]);
    expect(table.commit(ann).seq).toBe(start + 3);
    const { entries, complete } = table.do({
      type: 'sync',
      ...at(host),
      request: { groupId: group, after: start },
    });
    expect(entries.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['message', start + 1],
      ['record', start + 2],
      ['commit', start + 3],
    ]);
    expect(complete).toBe(true);
  });

  it('keeps its own copy of what it retains', () => {
    const { table, host, ann, group } = running();
    const bytes = some(4, 7);
    const { seq } = table.do({ type: 'message', ...at(ann), request: { groupId: group, bytes } });
    bytes.fill(0);
    const { entries } = table.do({
      type: 'sync',
      ...at(host),
      request: { groupId: group, after: seq - 1 },
    });
    expect(entries).toMatchObject([{ bytes: some(4, 7) }]);
  });

  it('pages, and asks to rejoin when entries are no longer held', () => {
    const { table, ann, group } = running(undefined, {
      retention: { entries: 5, bytes: 1_000_000, ageMs: 60_000 },
      page: { entries: 2, bytes: 1_000_000 },
    });
    for (let i = 0; i < 10; i++) {
      table.do({ type: 'message', ...at(ann), request: { groupId: group, bytes: some(3) } });
    }
    const last = table.state.group?.stream.seq ?? 0;
    const sync = (after: number) =>
      table.try({ type: 'sync', ...at(ann), request: { groupId: group, after } });
    expect(sync(last - 6)).toMatchObject({ ok: false, code: 'resync-required' });
    expect(sync(last + 1)).toMatchObject({ ok: false, code: 'resync-required' });
    expect(sync(last)).toMatchObject({ ok: true, value: { entries: [], complete: true } });
    expect(sync(last - 5)).toMatchObject({
      value: { entries: [{ seq: last - 4 }, { seq: last - 3 }], complete: false },
    });
    expect(sync(last - 2)).toMatchObject({
      value: { entries: [{ seq: last - 1 }, { seq: last }], complete: true },
    });
  });

  it('relays to others only, once', () => {
    const { table, host, ann, ben } = running();
    const outsider = newPerson();
    table.identify(outsider);
    const before = table.state.group?.stream.seq;
    table.do({ type: 'relay', ...at(ann), request: { bytes: some(3) } });
    for (const person of [host, ben]) {
      expect(table.sent(person, 'group:relayed')).toMatchObject([{ datagrams: [{ sender: ann.device }] }]);
    }
    expect(table.sent(ann, 'group:relayed')).toEqual([]);
    expect(table.sent(outsider, 'group:relayed')).toEqual([]);
    const to = [ben.device, ann.device, outsider.device];
    table.do({ type: 'relay', ...at(ann), request: { bytes: some(3), to } });
    expect(table.effects).toHaveLength(1);
    expect(table.sent(ben, 'group:relayed')).toHaveLength(1);
    expect(table.state.group?.stream.seq).toBe(before);
  });

  it('is for members', () => {
    const { table, group } = running();
    const outsider = newPerson();
    const each = () => [
      table.refused({ type: 'message', ...at(outsider), request: { groupId: group, bytes: some(1) } }),
      table.refused({ type: 'relay', ...at(outsider), request: { bytes: some(1) } }),
      table.refused({ type: 'sync', ...at(outsider), request: { groupId: group, after: 0 } }),
      table.refused({ type: 'commit', ...at(outsider), request: table.commitRequest() }),
      table.refused({ type: 'deny', ...at(outsider), request: { knockIds: [newKnockId()] } }),
    ];
    expect(new Set(each())).toEqual(new Set(['not-identified']));
    table.identify(outsider);
    expect(new Set(each())).toEqual(new Set(['not-admitted']));
    table.do({ type: 'knock', ...at(outsider), knockId: newKnockId(), request: knockOf(table, outsider) });
    expect(new Set(each())).toEqual(new Set(['not-admitted']));
  });
});
