import { describe, expect, it } from 'vitest';
import type { RecordBody } from '../../../shared/records/record.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { newSigner, signNext } from '../records/signing.ts';
import { at, newPerson, running, Table } from './kit.ts';

describe('appending', () => {
  it('persists first, then tells, and answers with the place in the chain', () => {
    const { table, host, ann } = running();
    const seq = table.state.chain.length;
    const { head } = table.state.chain;
    expect(table.append(host, { type: 'lock', locked: true }, host)).toEqual({ seq });
    expect(table.effects[0]).toMatchObject({
      type: 'persist',
      seq,
      prev: head,
      hash: table.state.chain.head,
      ended: false,
    });
    expect(table.entries(ann)).toMatchObject([{ kind: 'record' }]);
    expect(table.do({ type: 'list', ...at(ann), request: { from: seq } }).records).toEqual([
      table.state.records[seq],
    ]);
  });

  it('persists a lone record while no group runs', () => {
    const table = new Table();
    const host = newPerson();
    table.identify(host);
    table.append(table.host, { type: 'grant', device: host.device, role: 'host' }, host);
    expect(table.effects).toMatchObject([{ type: 'persist', seq: 1 }]);
  });

  it('says why a record is refused', () => {
    const { table, host, ann } = running();
    const { chain } = table.state;
    const append = (record: ReturnType<typeof signNext>) =>
      table.refused({ type: 'append', ...at(ann), request: { record } });
    const lock = signNext(chain, host, { type: 'lock', locked: true });
    expect(append({ ...lock, bytes: new Uint8Array([1]) })).toBe('bad-request');
    expect(append({ ...lock, signature: new Uint8Array(64) })).toBe('bad-signature');
    expect(append(signNext(chain, ann, { type: 'lock', locked: true }))).toBe('forbidden');
    expect(append(lock)).toBe('ok');
    expect(append(lock)).toBe('chain-conflict');
    expect(append(signNext(chain, host, { type: 'lock', locked: false }))).toBe('chain-conflict');
  });

  it('takes records from outside only of the host key, hosts and co-hosts', () => {
    const table = new Table(presetPolicy('open'));
    const [stranger, cohost] = [newPerson(), newPerson()];
    table.identify(stranger);
    table.identify(cohost);
    const admit: RecordBody = { type: 'admit', devices: [newSigner().device] };
    const append = (signer: typeof stranger) =>
      table.refused({
        type: 'append',
        ...at(signer),
        request: { record: signNext(table.state.chain, signer, admit) },
      });
    expect(append(stranger)).toBe('not-admitted');
    table.append(table.host, { type: 'grant', device: cohost.device, role: 'cohost' }, stranger);
    expect(append(cohost)).toBe('ok');
    table.found(stranger);
    expect(append(stranger)).toBe('ok');
  });

  it('has a last record', () => {
    const { table, host } = running(undefined, { records: 4 });
    const record = signNext(table.state.chain, host, { type: 'lock', locked: true });
    expect(table.refused({ type: 'append', ...at(host), request: { record } })).toBe('full');
  });

  it('lists in pages', () => {
    const { table, ann } = running(undefined, { page: { entries: 3, bytes: 1_000_000 } });
    const first = table.do({ type: 'list', ...at(ann), request: { from: 0 } });
    expect([first.records.length, first.complete]).toEqual([3, false]);
    const second = table.do({ type: 'list', ...at(ann), request: { from: 3 } });
    expect([second.records.length, second.complete]).toEqual([1, true]);
    expect(table.do({ type: 'list', ...at(ann), request: { from: 99 } })).toEqual({
      records: [],
      complete: true,
    });
  });
});

describe('enforcement', () => {
  it('puts a removed member out: told, media closed, connection ended, no longer member', () => {
    const { table, host, ann, ben } = running();
    table.append(host, { type: 'remove', devices: [ann.device], ban: false }, host);
    expect(table.entries(ann).map(({ kind }) => kind)).toEqual(['record']);
    expect(table.entries(ben).map(({ kind }) => kind)).toEqual(['record', 'gone']);
    expect(table.has({ type: 'closeMedia', device: ann.device })).toBe(true);
    expect(table.has({ type: 'close', session: ann.session, reason: 'removed' })).toBe(true);
    expect(table.state.members.has(ann.device)).toBe(false);
    expect(table.refused({ type: 'commit', ...at(ann), request: table.commitRequest() })).toBe(
      'not-identified',
    );
    const back = { ...ann, session: 'back' };
    expect(table.identify(back).member).toBe(false);
    expect(table.refused({ type: 'commit', ...at(back), request: table.commitRequest() })).toBe(
      'not-admitted',
    );
    table.knock(back, 'lobby');
    expect(table.sent(host, 'lobby:knocks')).toHaveLength(1);
    expect(table.sent(ben, 'lobby:knocks')).toEqual([]);
  });

  it('bars a banned member for good', () => {
    const { table, host, ann } = running();
    table.append(host, { type: 'remove', devices: [ann.device], ban: true }, host);
    expect(table.has({ type: 'close', session: ann.session, reason: 'banned' })).toBe(true);
    expect(table.refused({ type: 'identify', ...at({ ...ann, session: 'back' }) })).toBe('banned');
  });

  it('removes a member that is away', () => {
    const { table, host, ann, ben } = running();
    table.disconnect(ann);
    table.append(host, { type: 'remove', devices: [ann.device], ban: false }, host);
    expect(table.entries(ben).map(({ kind }) => kind)).toEqual(['record', 'gone']);
    expect(table.has({ type: 'cancel' })).toBe(true);
    expect(table.state.away.size).toBe(0);
  });

  it('stops sources once without a hold', () => {
    const { table, host, ann, ben } = running();
    table.append(host, { type: 'stop', devices: 'everyone', sources: ['camera'], hold: false }, host);
    const stopped = table.effects.filter(({ type }) => type === 'stopSources');
    expect(stopped).toEqual(
      [ann, ben].map(({ device }) => ({ type: 'stopSources', device, sources: ['camera'] })),
    );
  });

  it('stops what a hold, a policy or a lost role forbids', () => {
    const { table, host, ann, ben } = running();
    const stopped = () => table.effects.filter(({ type }) => type === 'stopSources');
    table.append(host, { type: 'stop', devices: [ann.device], sources: ['microphone'], hold: true }, host);
    expect(stopped()).toEqual([{ type: 'stopSources', device: ann.device, sources: ['microphone'] }]);
    table.append(host, { type: 'grant', device: ben.device, role: 'presenter' }, host);
    expect(stopped()).toEqual([]);
    table.append(host, { type: 'policy', policy: presetPolicy('classroom') }, host);
    expect(stopped()).toEqual([
      { type: 'stopSources', device: ann.device, sources: ['screen', 'screenAudio'] },
    ]);
    table.append(host, { type: 'grant', device: ben.device, role: 'participant' }, host);
    expect(stopped()).toEqual([
      { type: 'stopSources', device: ben.device, sources: ['microphone', 'screen', 'screenAudio'] },
    ]);
  });

  it('ends the meeting for everyone, for good', () => {
    const { table, host, ann, ben } = running();
    const cat = newPerson();
    table.identify(cat);
    table.knock(cat);
    table.disconnect(ben);
    table.append(host, { type: 'end' }, host);
    expect(table.effects[0]).toMatchObject({ type: 'persist', ended: true });
    expect(table.entries(ann).map(({ kind }) => kind)).toEqual(['record']);
    for (const person of [host, ann, cat]) {
      expect(table.has({ type: 'close', session: person.session, reason: 'ended' })).toBe(true);
    }
    expect(table.has({ type: 'closeRoom' })).toBe(true);
    expect(table.state).toMatchObject({ group: null, knocks: new Map(), sessions: new Map() });
    expect(table.refused({ type: 'identify', ...at(newPerson()) })).toBe('ended');
  });
});
