import { expect, it } from 'vitest';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import type { CoreState } from '../../client/meeting/core/state.ts';
import { fromUtf8 } from '../../shared/bytes.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { decodeRecord } from '../../shared/records/record.ts';
import type { Preset } from '../../shared/roles.ts';
import { type Bot, enter, foundByBot } from '../bots/bot.ts';
import { botSite } from '../bots/botSite.ts';
import { goInto, namesIn, openRooms, ownRoom, roomsOf, selfOf, wayInto } from '../support/breakouts.ts';

const here = botSite();

/** A meeting with people whom its host let in. */
async function gather<Names extends readonly string[]>(
  names: Names,
  preset: Preset = 'moderated',
): Promise<{ host: Bot; link: MeetingLink; people: { [Place in keyof Names]: Bot } }> {
  const { host, link } = await foundByBot(here.site.origin, preset);
  here.bots.push(host);
  await enter(host, 'Lin');
  const people: Bot[] = [];
  for (const name of names) people.push(await letIn(host, link, name));
  // One for each name, in their order.
  return { host, link, people: people as { [Place in keyof Names]: Bot } };
}

async function letIn(host: Bot, link: MeetingLink, name: string): Promise<Bot> {
  const bot = await here.open({ link });
  await bot.until('at the door', ({ phase }) => phase.name === 'prejoin');
  bot.core.join(name, '');
  const { knocks } = await host.until(`${name} knocks`, (state) => state.knocks.some((k) => k.name === name));
  host.core.control.admit(knocks.map(({ knockId }) => knockId));
  await bot.until('inside', ({ phase }) => phase.name === 'meeting');
  return bot;
}

async function goIn(bot: Bot, room: MeetingId): Promise<Bot> {
  const there = await goInto(bot, room, here.site.origin);
  here.bots.push(there);
  return there;
}

const inside =
  (...names: readonly string[]) =>
  (state: CoreState) =>
    namesIn(state).join() === names.join();

it('each room is a group of its own, for those assigned and hosts alone', async () => {
  const { host, people } = await gather(['Ann', 'Ben', 'Cat'] as const);
  const [ann, ben, cat] = people;
  const [one, two] = await openRooms(host, [[ann, ben], [cat]], { names: ['Rivers', ''] });
  if (!one || !two) throw new Error('no rooms');
  const there = { ann: await goIn(ann, one), cat: await goIn(cat, two), ben: await goIn(ben, one) };
  const visiting = await goIn(host, one);
  await there.ann.until('three', inside('Ann', 'Ben', 'Lin'));
  expect(namesIn(there.cat.state)).toEqual(['Cat']);
  expect(visiting.state.role).toBe('host');
  // The same device under the same key, so that who was compared in the main meeting is known here.
  expect(there.ben.state.self).toBe(ben.state.self);
  await expect.poll(() => there.ann.state.seal.code === there.ben.state.seal.code).toBe(true);
  expect(there.ann.state.seal.code).not.toBe(there.cat.state.seal.code);
  // The other room's secret never came to this device.
  expect(ann.core.breakouts.linkOf(two)).toBeNull();
  const { breakouts } = await cat.until(
    'who is where',
    (state) => roomsOf(state)?.rooms[0]?.inside.length === 3,
  );
  expect(breakouts.rooms?.rooms.map(({ name }) => name)).toEqual(['Rivers', '']);
});

it('who is moved goes over, and the first room has new keys', async () => {
  const { host, people } = await gather(['Ann', 'Ben'] as const);
  const [ann, ben] = people;
  const [one, two] = await openRooms(host, [[ann, ben], []]);
  if (!one || !two) throw new Error('no rooms');
  const annThere = await goIn(ann, one);
  const benThere = await goIn(ben, one);
  await annThere.until('two', inside('Ann', 'Ben'));
  const { epoch } = annThere.state.seal;
  host.core.breakouts.want({ do: 'move', devices: [selfOf(ben)], room: two });
  await ben.until('assigned anew', (state) => ownRoom(state) === two);
  await annThere.until('alone, with new keys', (state) => inside('Ann')(state) && state.seal.epoch > epoch);
  // Put back to the door; the page leaves by itself.
  expect(benThere.state.phase.name).not.toBe('meeting');
  await goIn(ben, two);
  await host.until('seen there', (state) => roomsOf(state)?.rooms[1]?.inside.includes(selfOf(ben)) === true);
});

it('a late comer is assigned, and has the way in from another member once the opener is gone', async () => {
  const { host, link, people } = await gather(['Ann', 'Ben'] as const);
  const [ann, ben] = people;
  host.core.control.setRole(selfOf(ben), 'cohost');
  await ben.until('co-host', ({ role }) => role === 'cohost');
  const [one] = await openRooms(host, [[ann]]);
  if (!one) throw new Error('no room');
  await wayInto(ann, one);
  await wayInto(ben, one);
  const annThere = await goIn(ann, one);
  const dan = await letIn(host, link, 'Dan');
  host.core.leave();
  await ben.until('without the host', (state) => !state.members.some(({ name }) => name === 'Lin'));
  ben.core.breakouts.want({ do: 'move', devices: [selfOf(dan)], room: one });
  await goIn(dan, one);
  await annThere.until('two', inside('Ann', 'Dan'));
});

it('after a reload, the way back is there without asking anybody', async () => {
  const { host, link, people } = await gather(['Ann'] as const);
  const [ann] = people;
  const [one] = await openRooms(host, [[ann]]);
  if (!one) throw new Error('no room');
  await wayInto(ann, one);
  ann.close();
  const again = await here.open({ link, keyStore: ann.keyStore });
  await enter(again, 'Ann');
  expect(again.state.breakouts.rooms?.rooms[0]).toMatchObject({ id: one, ready: true });
  expect(again.state.breakouts.rooms?.own).toBe(one);
  await goIn(again, one);
});

it('by choice: everybody finds the way into every room, late comers too', async () => {
  const { host, link, people } = await gather(['Ann'] as const);
  const [ann] = people;
  const [one, two] = await openRooms(host, [[], []], { entry: 'choice' });
  if (!one || !two) throw new Error('no rooms');
  const annThere = await goIn(ann, two);
  const dan = await letIn(host, link, 'Dan');
  await goIn(dan, two);
  await annThere.until('two', inside('Ann', 'Dan'));
  annThere.close();
  const changed = await goIn(ann, one);
  expect(namesIn(changed.state)).toEqual(['Ann']);
});

it('hosts speak to all rooms and are called to one', async () => {
  const { host, people } = await gather(['Ann', 'Ben'] as const);
  const [ann, ben] = people;
  const [one] = await openRooms(host, [[ann], [ben]]);
  if (!one) throw new Error('no rooms');
  await goIn(ann, one);
  host.core.breakouts.want({ do: 'broadcast', text: 'Five more minutes' });
  for (const bot of [host, ann, ben]) {
    await bot.until('said to all', (state) => roomsOf(state)?.broadcast?.text === 'Five more minutes');
  }
  // Not by anybody else.
  ben.core.breakouts.want({ do: 'broadcast', text: 'Go home' });
  await ben.until('refused', ({ notices }) => notices.some(({ notice }) => notice.kind === 'request-failed'));
  ann.core.breakouts.want({ do: 'call', on: true });
  const called = await host.until('a call', (state) => roomsOf(state)?.calls.length === 1);
  expect(called.breakouts.rooms?.calls).toEqual([{ device: selfOf(ann), name: 'Ann', room: one }]);
  expect(ben.state.breakouts.rooms?.calls).toEqual([]);
  host.core.breakouts.want({ do: 'answer', device: selfOf(ann) });
  await ann.until('answered', (state) => roomsOf(state)?.calling === false);
});

it('called back, rooms close for good, also for who stays inside', async () => {
  const { host, people } = await gather(['Ann'] as const);
  const [ann] = people;
  const [one] = await openRooms(host, [[ann]]);
  if (!one) throw new Error('no room');
  const annThere = await goIn(ann, one);
  host.core.breakouts.want({ do: 'recall', seconds: 1 });
  await ann.until('called back', (state) => roomsOf(state)?.recalled === true);
  await ann.until('closed', (state) => roomsOf(state) === null);
  await annThere.until('over', ({ phase }) => phase.name === 'ended');
  // Nothing of them is kept.
  await expect.poll(() => host.keyStore.list('breakout:')).toEqual([]);
  // Others may be opened then.
  const [next] = await openRooms(host, [[ann]]);
  expect(next).not.toBe(one);
});

it('without hosts the rooms go on and close with their time', async () => {
  const { host, people } = await gather(['Ann', 'Ben'] as const);
  const [ann, ben] = people;
  const [one] = await openRooms(host, [[ann, ben]]);
  if (!one) throw new Error('no room');
  const annThere = await goIn(ann, one);
  host.core.breakouts.want({ do: 'recall', seconds: 4 });
  await ann.until('its time is known', (state) => roomsOf(state)?.recalled === true);
  host.close();
  const benThere = await goIn(ben, one);
  await annThere.until('two', inside('Ann', 'Ben'));
  await ann.until('closed', (state) => roomsOf(state) === null);
  expect(ann.core.breakouts.linkOf(one)).toBeNull();
  expect(benThere.state.phase.name).toBe('meeting');
});

it('the rules of the main meeting hold in the rooms; what keeps a class from working together is given', async () => {
  const { host, people } = await gather(['Ann'] as const, 'classroom');
  const [ann] = people;
  const [one] = await openRooms(host, [[ann]], { teamwork: true });
  if (!one) throw new Error('no room');
  const { state } = await goIn(ann, one);
  expect(state.policy).toMatchObject({ preset: 'classroom', muteOnEntry: true, hostGone: 'continue' });
  expect(state.rights.has('speak') && state.rights.has('chat') && state.rights.has('share')).toBe(true);
  expect(state.rights.has('rename') || state.rights.has('record')).toBe(false);
  expect(ann.state.rights.has('speak')).toBe(false);
  host.core.breakouts.want({ do: 'recall', seconds: 0 });
  await host.until('closed', (now) => roomsOf(now) === null);
  const [strict] = await openRooms(host, [[ann]]);
  if (!strict) throw new Error('no room');
  expect((await goIn(ann, strict)).state.rights.has('speak')).toBe(false);
});

it('two hosts who move the same people at once: everybody is where the records say', async () => {
  const { host, people } = await gather(['Mei', 'Ann', 'Ben'] as const);
  const [mei, ann, ben] = people;
  host.core.control.setRole(selfOf(mei), 'cohost');
  await mei.until('co-host', ({ role }) => role === 'cohost');
  const [one, two, three] = await openRooms(host, [[ann], [ben], []]);
  if (!one || !two || !three) throw new Error('no rooms');
  for (const [by, bot, room] of [
    [host, ann, two],
    [mei, ann, three],
    [mei, ben, one],
    [host, ben, three],
  ] as const) {
    by.core.breakouts.want({ do: 'move', devices: [selfOf(bot)], room });
  }
  const places = (state: CoreState) => JSON.stringify(roomsOf(state)?.rooms.map(({ assigned }) => assigned));
  // Four records after those of the opening; then the two agree.
  await expect
    .poll(() => places(host.state) === places(mei.state) && ownRoom(ann.state) !== one, { timeout: 10_000 })
    .toBe(true);
  for (const bot of [ann, ben]) {
    const own = ownRoom(bot.state);
    if (own) await goIn(bot, own);
  }
});

it('what the server keeps of rooms says which there are and who belongs in them, not what they are called', async () => {
  const { host, people } = await gather(['Ann'] as const);
  const [ann] = people;
  const [one] = await openRooms(host, [[ann]], { names: ['Nightingale'] });
  if (!one) throw new Error('no room');
  await goIn(ann, one);
  const kept = [
    ...(await here.site.store.records(host.core.meeting)),
    ...(await here.site.store.records(one)),
  ];
  const text = kept.map(({ bytes }) => fromUtf8(bytes)).join();
  expect(text).toContain(one);
  expect(text).not.toContain('Nightingale');
  // One length, whatever rooms are called and how many there are.
  host.core.breakouts.want({ do: 'recall', seconds: 0 });
  await host.until('closed', (state) => roomsOf(state) === null);
  await openRooms(host, [[ann], []], { names: ['', ''] });
  const records = (await here.site.store.records(host.core.meeting)).map(decodeRecord);
  const lengths = records.flatMap((content) =>
    content?.body.type === 'breakout' ? [content.body.names.length] : [],
  );
  expect(lengths).toHaveLength(2);
  expect(new Set(lengths).size).toBe(1);
});
