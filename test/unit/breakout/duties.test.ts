import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chain } from '../../../shared/records/chain.ts';
import { isRemembered, mayEnter, roleOf } from '../../../shared/records/rights.ts';
import { align, openRooms, type Rooms, step } from './rooms.ts';

/** Who may be in each room, by their place among the people. */
const letIn = ({ rooms, people }: Rooms): number[][] =>
  rooms.map(({ script }) =>
    people.flatMap(({ device }, place) => (isRemembered(script.chain, device) ? [place] : [])),
  );

const wanted = ({ rooms, people, main }: Rooms): number[][] =>
  rooms.map(({ id }) =>
    people.flatMap(({ device }, place) => (main.chain.breakout?.assigned.get(device) === id ? [place] : [])),
  );

describe('what a room lacks', () => {
  it('is whom the main meeting sends there, and nobody else', () => {
    const all = openRooms(3, 2);
    const [ann, ben, cat] = all.people.map(({ device }) => device);
    const [one, two] = all.rooms;
    if (!ann || !ben || !cat || !one || !two) throw new Error('too few');
    all.main.add(all.cohost, { type: 'assign', assignments: [{ room: one.id, devices: [ann, ben] }] });
    align(all, all.host, { main: all.main.chain });
    expect(letIn(all)).toEqual([[0, 1], []]);
    expect(roleOf(two.script.chain, all.cohost.device)).toBe('host');
    all.main.add(all.host, { type: 'assign', assignments: [{ room: two.id, devices: [ben] }] });
    align(all, all.cohost, { main: all.main.chain });
    expect(letIn(all)).toEqual([[0], [1]]);
    expect(mayEnter(one.script.chain, ben)).toBe(false);
    expect(mayEnter(one.script.chain, cat)).toBe(false);
  });

  it('is let in before the main meeting says so, where somebody is expected', () => {
    const all = openRooms(1, 1);
    const [room] = all.rooms;
    const [ann] = all.people;
    if (!room || !ann) throw new Error('too few');
    const look = { main: all.main.chain, expected: [ann.device] };
    align(all, all.host, look);
    expect(letIn(all)).toEqual([[0]]);
  });

  it('follows who is put out, barred and let in again', () => {
    const all = openRooms(2, 1);
    const [room] = all.rooms;
    const [ann, ben] = all.people.map(({ device }) => device);
    if (!room || !ann || !ben) throw new Error('too few');
    all.main.add(all.host, { type: 'assign', assignments: [{ room: room.id, devices: [ann, ben] }] });
    align(all, all.host, { main: all.main.chain });
    all.main.add(all.host, { type: 'remove', devices: [ann], ban: true });
    all.main.add(all.host, { type: 'sendBack', devices: [ben] });
    align(all, all.host, { main: all.main.chain });
    expect(letIn(all)).toEqual([[]]);
    expect(room.script.chain.banned.has(ann)).toBe(true);
    all.main.add(all.host, { type: 'unban', devices: [ann] });
    all.main.add(all.host, { type: 'admit', devices: [ann] });
    all.main.add(all.host, { type: 'assign', assignments: [{ room: room.id, devices: [ann] }] });
    align(all, all.host, { main: all.main.chain });
    expect(letIn(all)).toEqual([[0]]);
  });

  it('where people choose: whoever holds the secret, but for those put out of the main meeting', () => {
    const all = openRooms(2, 1, 'choice');
    const [room] = all.rooms;
    const [ann, ben] = all.people.map(({ device }) => device);
    if (!room || !ann || !ben) throw new Error('too few');
    align(all, all.host, { main: all.main.chain });
    expect([ann, ben].map((device) => mayEnter(room.script.chain, device))).toEqual([true, true]);
    all.main.add(all.host, { type: 'remove', devices: [ann], ban: false });
    align(all, all.host, { main: all.main.chain, expelled: [ann] });
    expect([ann, ben].map((device) => mayEnter(room.script.chain, device))).toEqual([false, true]);
    all.main.add(all.host, { type: 'admit', devices: [ann] });
    align(all, all.host, { main: all.main.chain, expelled: [ann] });
    expect(mayEnter(room.script.chain, ann)).toBe(true);
  });

  it('a co-host who is one no more is no host of rooms either', () => {
    const all = openRooms(1, 1);
    align(all, all.host, { main: all.main.chain });
    all.main.add(all.host, { type: 'grant', device: all.cohost.device, role: 'participant' });
    align(all, all.host, { main: all.main.chain });
    const [room] = all.rooms;
    expect(room && mayEnter(room.script.chain, all.cohost.device)).toBe(false);
  });

  it('is its end, once rooms are over', () => {
    const all = openRooms(1, 2);
    align(all, all.host, { main: all.main.chain, over: true });
    expect(all.rooms.map(({ script }) => script.chain.ended)).toEqual([true, true]);
  });

  it('panic in the main meeting is panic in the rooms, and over with it', () => {
    const all = openRooms(1, 1);
    const panic = () => all.rooms.map(({ script }) => script.chain.panic);
    all.main.add(all.host, { type: 'panic', on: true });
    align(all, all.host, { main: all.main.chain });
    expect(panic()).toEqual([true]);
    all.main.add(all.host, { type: 'panic', on: false });
    align(all, all.host, { main: all.main.chain });
    expect(panic()).toEqual([false]);
  });
});

it('two hosts who move people at once end with every room as the records say, however late each hears', () => {
  const act = fc.record({ by: fc.boolean(), who: fc.nat(3), to: fc.nat(3) });
  /** What happens next: an act, or a host hears of one more record, or does one thing in one room. */
  const event = fc.oneof(
    fc.record({ kind: fc.constant('act' as const), act }),
    fc.record({ kind: fc.constant('hear' as const), by: fc.boolean() }),
    fc.record({ kind: fc.constant('step' as const), by: fc.boolean(), room: fc.nat(2) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const all = openRooms(4, 3);
      // The co-host can do nothing in a room before a host has made it one there.
      align(all, all.host, { main: all.main.chain });
      const history: Chain[] = [all.main.chain];
      const heard = { host: 0, cohost: 0 };
      const latest = () => history.length - 1;
      for (const each of events) {
        if (each.kind === 'act') {
          const device = all.people[each.act.who]?.device;
          const room = all.rooms[each.act.to]?.id ?? null;
          if (!device) continue;
          all.main.add(each.act.by ? all.host : all.cohost, {
            type: 'assign',
            assignments: [{ room, devices: [device] }],
          });
          history.push(all.main.chain);
          continue;
        }
        const who = each.by ? 'host' : 'cohost';
        if (each.kind === 'hear') heard[who] = Math.min(heard[who] + 1, latest());
        else {
          const [room, main] = [all.rooms[each.room], history[heard[who]]];
          if (room && main) step(room, all[who], { main });
        }
      }
      // Each hears the rest and starts over, in either order.
      align(all, all.cohost, { main: all.main.chain });
      align(all, all.host, { main: all.main.chain });
      expect(letIn(all)).toEqual(wanted(all));
    }),
    { numRuns: 60 },
  );
});
