import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultLimits } from '../../server/signaling/limits.ts';
import type { Preset } from '../../shared/roles.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';

let site: Site;
const bots: Bot[] = [];

beforeEach(async () => {
  site = await startSite();
});

afterEach(async () => {
  for (const bot of bots.splice(0)) bot.close();
  await site.close();
});

async function meeting(preset: Preset) {
  const { host, link } = await foundByBot(site.origin, preset);
  bots.push(host);
  const guest = async (keyStore?: Bot['keyStore']) => {
    const bot = await openBot({ origin: site.origin, link, ...(keyStore ? { keyStore } : {}) });
    bots.push(bot);
    return bot;
  };
  return { host, guest };
}

async function knockAndAdmit(host: Bot, visitor: Bot, name: string): Promise<void> {
  await visitor.until('at the door', (state) => state.phase.name === 'prejoin');
  visitor.core.join(name, '');
  const { knocks } = await host.until('a knock', (state) => state.knocks.length === 1);
  host.core.control.admit(knocks.map((knock) => knock.knockId));
  await visitor.until('inside', (state) => state.phase.name === 'meeting');
  await host.until('the newcomer', (state) => state.members.some((member) => member.name === name));
}

const names = (bot: Bot) => bot.state.members.map((member) => member.name).sort();

test('a host founds the group, lets a knocking guest in, and both see the same', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  const visitor = await guest();
  await visitor.until('at the door', (state) => state.phase.name === 'prejoin');
  visitor.core.join('Chen', 'Good morning');
  await visitor.until('waiting', (state) => state.phase.name === 'waiting');
  expect(visitor.state.members).toEqual([]);
  expect(visitor.frameMessages.filter((message) => message.type === 'epoch')).toEqual([]);
  const { knocks } = await host.until('a knock', (state) => state.knocks.length === 1);
  expect(knocks[0]).toMatchObject({ name: 'Chen', message: 'Good morning' });
  host.core.control.admit(knocks.map((knock) => knock.knockId));
  await visitor.until('inside', (state) => state.phase.name === 'meeting');
  await host.until('two members', (state) => state.members.length === 2);
  await visitor.until('two members', (state) => state.members.length === 2);
  expect(names(host)).toEqual(['Chen', 'Lin']);
  expect(names(visitor)).toEqual(['Chen', 'Lin']);
  expect(visitor.state.members.find((member) => member.self)?.admittedBy).toBe('Lin');
  expect(visitor.state.seal.code).toMatch(/^\d{30}$|^(\d{5} ){5}\d{5}$/);
  expect(visitor.state.seal.code).toBe(host.state.seal.code);
  const keyOf = (bot: Bot) => bot.frameMessages.findLast((message) => message.type === 'epoch');
  expect(keyOf(visitor)).toMatchObject({ epoch: host.state.seal.epoch });
  expect(keyOf(visitor)).toMatchObject({ baseKey: Object(keyOf(host)).baseKey });

  visitor.core.sendChat('Hello 你好');
  await host.until('the chat', (state) => state.chat.length === 1);
  expect(host.state.chat[0]).toMatchObject({ name: 'Chen', text: 'Hello 你好', self: false });
  await visitor.until('sent', (state) => state.chat[0]?.state === 'sent');
  host.core.sendChat('Welcome');
  await visitor.until('the answer', (state) => state.chat.length === 2);
});

test('a reload comes back without asking, with fresh keys', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  const visitor = await guest();
  await knockAndAdmit(host, visitor, 'Chen');
  const { epoch } = host.state.seal;
  visitor.close();
  const again = await guest(visitor.keyStore);
  await enter(again, 'Chen');
  await host.until('a later epoch', (state) => state.seal.epoch > epoch && state.members.length === 2);
  expect(host.state.knocks).toEqual([]);
  expect(again.state.seal.code).toBe(host.state.seal.code);
});

test('a host that reloads is let in again by a member', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  const visitor = await guest();
  await knockAndAdmit(host, visitor, 'Chen');
  host.close();
  const again = await guest(host.keyStore);
  await enter(again, 'Lin');
  expect(again.state.role).toBe('host');
  await visitor.until(
    'both',
    (state) => state.members.length === 2 && state.seal.code === again.state.seal.code,
  );
});

test('who leaves or vanishes is taken out of the group by the others', async () => {
  const { host, guest } = await meeting('open');
  await enter(host, 'Lin');
  const one = await guest();
  await enter(one, 'Chen');
  const two = await guest();
  await enter(two, 'Wu');
  await host.until('three', (state) => state.members.length === 3);
  one.core.leave();
  await host.until('two', (state) => state.members.length === 2);
  await two.until('two', (state) => state.members.length === 2);
  host.core.signaling.close();
  await two.until('one', (state) => state.members.length === 1, 20_000);
});

test('a removed guest is out at once and does not come back by itself', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  const visitor = await guest();
  await knockAndAdmit(host, visitor, 'Chen');
  const device = host.state.members.find((member) => !member.self)?.device;
  if (!device) throw new Error('no guest');
  host.core.control.remove(device, true);
  await visitor.until('removed', (state) => state.phase.name === 'removed');
  await host.until('alone', (state) => state.members.length === 1);
  expect(visitor.frameMessages.at(-1)).toEqual({ type: 'restart' });
  const again = await guest(visitor.keyStore);
  await again.until('refused', (state) => state.phase.name === 'denied' || state.phase.name === 'prejoin');
});

test('six join an open meeting at once and agree', async () => {
  const { host, guest } = await meeting('open');
  await enter(host, 'Lin');
  const guests = await Promise.all(Array.from({ length: 5 }, () => guest()));
  await Promise.all(guests.map((bot, i) => enter(bot, `Guest ${i + 1}`)));
  const all = [host, ...guests];
  for (const bot of all) await bot.until('six', (state) => state.members.length === 6);
  await Promise.all(
    all.map((bot) => bot.until('agreement', (state) => state.seal.code === host.state.seal.code)),
  );
  for (const bot of all) expect(bot.state.alarms).toEqual([]);
});

test('a co-host gets the lobby key sealed to it, lets people in, and still can after the host has gone', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  const deputy = await guest();
  await knockAndAdmit(host, deputy, 'Chen');
  const device = host.state.members.find((member) => !member.self)?.device;
  if (!device) throw new Error('no guest');
  host.core.control.setRole(device, 'cohost');
  await deputy.until('the role', (state) => state.role === 'cohost');
  const visitor = await guest();
  await visitor.until('at the door', (state) => state.phase.name === 'prejoin');
  visitor.core.join('Wu', '');
  await deputy.until('a knock it can read', (state) => state.knocks[0]?.name === 'Wu');
  host.core.leave();
  deputy.core.control.admit(deputy.state.knocks.map((knock) => knock.knockId));
  await visitor.until('inside', (state) => state.phase.name === 'meeting');
  await deputy.until(
    'the two of them',
    (state) => names(deputy).join() === 'Chen,Wu' && state.members.length === 2,
  );
});

test('who is barred is listed by name, with or without having been inside, until the bar is lifted', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  const member = await guest();
  await knockAndAdmit(host, member, 'Chen');
  const device = host.state.members.find((each) => !each.self)?.device;
  if (!device) throw new Error('no guest');
  host.core.control.remove(device, true);
  const stranger = await guest();
  await stranger.until('at the door', (state) => state.phase.name === 'prejoin');
  stranger.core.join('Wu', '');
  const { knocks } = await host.until('a knock', (state) => state.knocks.length === 1);
  host.core.control.denyAndBan(knocks.map(({ knockId }) => knockId));
  const { banned } = await host.until('two barred', (state) => state.banned.length === 2);
  expect(banned.map(({ name }) => name)).toEqual(['Chen', 'Wu']);
  expect(stranger.state.banned).toEqual([]);
  host.core.control.unban(device);
  const left = await host.until('one barred', (state) => state.banned.length === 1);
  expect(left.banned[0]?.name).toBe('Wu');
});

test('those who wait see their place and what the host says to them; some are let in, one leaves, one is refused', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  const waiting: Bot[] = [];
  for (const name of ['Chen', 'Wu', 'Ho', 'Tsai']) {
    const bot = await guest();
    await bot.until('at the door', (state) => state.phase.name === 'prejoin');
    bot.core.join(name, `I am ${name}`);
    waiting.push(bot);
    await host.until(`${name} knocks`, ({ knocks }) => knocks.length === waiting.length);
    const place = { name: 'waiting', position: waiting.length, attended: true };
    await expect.poll(() => bot.state.phase).toMatchObject(place);
  }
  const [chen, wu, ho, tsai] = waiting as [Bot, Bot, Bot, Bot];
  expect(host.state.knocks.map(({ name, message, trust }) => [name, message, trust])).toEqual(
    ['Chen', 'Wu', 'Ho', 'Tsai'].map((name) => [name, `I am ${name}`, 'new']),
  );
  const idOf = (name: string) =>
    host.state.knocks.flatMap((knock) => (knock.name === name ? [knock.knockId] : []));

  host.core.control.tell(idOf('Ho'), 'Please come back with your full name.');
  host.core.control.tell([...idOf('Ho'), ...idOf('Tsai')], 'We start soon.');
  await ho.until('both words', ({ words }) => words.length === 2);
  await tsai.until('one word', ({ words }) => words.length === 1);
  expect(ho.state.words.map(({ from, text }) => `${from}: ${text}`)).toEqual([
    'Lin: Please come back with your full name.',
    'Lin: We start soon.',
  ]);
  expect(chen.state.words).toEqual([]);

  host.core.control.admit([...idOf('Chen'), ...idOf('Wu')]);
  for (const bot of [chen, wu]) await bot.until('inside', ({ phase }) => phase.name === 'meeting');
  await expect.poll(() => ho.state.phase).toMatchObject({ name: 'waiting', position: 1 });
  expect(
    host.state.notices.flatMap(({ notice }) => (notice.kind === 'joined' ? [notice.name] : [])).sort(),
  ).toEqual(['Chen', 'Wu']);

  ho.core.withdraw();
  await host.until('one less', ({ knocks }) => knocks.length === 1);
  expect(ho.state.phase.name).toBe('prejoin');
  host.core.control.deny(idOf('Tsai'));
  await tsai.until('refused', ({ phase }) => phase.name === 'denied' && !phase.banned);
  expect(names(host)).toEqual(['Chen', 'Lin', 'Wu']);
});

test('the classification is read at the door, before going in', async () => {
  const { host, guest } = await meeting('moderated');
  await enter(host, 'Lin');
  host.core.control.setLabel('內部使用');
  await host.until('the label', (state) => state.label === '內部使用');
  const visitor = await guest();
  await visitor.until('the label', (state) => state.phase.name === 'prejoin' && state.label === '內部使用');
});

test('whoever is one too many from an address waits, and comes in by itself', async () => {
  await site.close();
  site = await startSite(':memory:', { ...defaultLimits, knocksPerAddress: { burst: 1, perSecond: 2 } });
  const { host, guest } = await meeting('open');
  await enter(host, 'Lin');
  const class3 = await Promise.all([guest(), guest(), guest()]);
  await Promise.all(class3.map((pupil, number) => enter(pupil, `Pupil ${number}`)));
  await host.until('all of them', ({ members }) => members.length === 4);
  const kinds = class3.flatMap(({ state }) => state.notices.map(({ notice }) => notice.kind));
  expect(kinds).not.toContain('request-failed');
});

test('whoever withdraws while it waits for its turn does not come in', async () => {
  await site.close();
  site = await startSite(':memory:', { ...defaultLimits, knocksPerAddress: { burst: 1, perSecond: 2 } });
  const { host, guest } = await meeting('open');
  await enter(host, 'Lin');
  await enter(await guest(), 'First');
  const second = await guest();
  await second.until('at the door', (state) => state.phase.name === 'prejoin');
  second.core.join('Second', '');
  await second.until('on its way', ({ phase }) => phase.name === 'joining');
  second.core.withdraw();
  await enter(await guest(), 'Third');
  expect(second.state.phase.name).toBe('prejoin');
  expect(host.state.members.map(({ name }) => name)).not.toContain('Second');
});
