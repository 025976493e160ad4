import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeviceKey } from '../../shared/ids.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';

let site: Site;
let bots: Bot[];
let host: Bot;
let chen: Bot;

beforeEach(async () => {
  site = await startSite();
  bots = [];
  const founded = await foundByBot(site.origin, 'open');
  host = founded.host;
  bots.push(host);
  await enter(host, 'Lin');
  chen = await openBot({ origin: site.origin, link: founded.link });
  bots.push(chen);
  await enter(chen, 'Chen');
  await host.until('two', ({ members }) => members.length === 2);
});
afterEach(async () => {
  for (const bot of bots) bot.close();
  await site.close();
});

function keyOf(bot: Bot): DeviceKey {
  if (!bot.state.self) throw new Error('no device');
  return bot.state.self;
}

const write = (bot: Bot, text: string, more: Partial<Parameters<Bot['core']['captions']['write']>[0]> = {}) =>
  bot.core.captions.write({ id: null, text, final: true, lang: 'en', spoken: false, ...more });
const texts = (bot: Bot) => bot.state.captions.map(({ text }) => text);
const reads = (bot: Bot, ...lines: readonly string[]) =>
  bot.until('captions', () => texts(bot).join('|') === lines.join('|'));

/** Everything sent before has arrived. */
async function settled(from: Bot, to: Bot): Promise<void> {
  const text = `settled ${Math.random()}`;
  from.core.sendChat(text);
  await to.until('settled', ({ chat }) => chat.some((message) => message.text === text));
}

it('carries lines and corrections of a captioner to everybody, under the captioner’s own name', async () => {
  write(host, 'Good mourning', { id: 'one' });
  await reads(chen, 'Good mourning');
  write(host, 'Good morning', { id: 'one' });
  write(host, 'everyone');
  for (const bot of [host, chen]) await reads(bot, 'Good morning', 'everyone');
  expect(chen.state.captions[0]).toMatchObject({
    name: 'Lin',
    from: keyOf(host),
    self: false,
    spoken: false,
  });
});

it('shows nothing typed by a member without the right, and shows it once a host has given it', async () => {
  write(chen, 'Lin resigns');
  await settled(chen, host);
  expect(host.state.captions).toEqual([]);
  host.core.control.setRole(keyOf(chen), 'presenter');
  await chen.until('the right', ({ rights }) => rights.has('caption'));
  write(chen, 'The session is open');
  await reads(host, 'The session is open');
});

it('lets nobody change a line of somebody else', async () => {
  host.core.control.setRole(keyOf(chen), 'presenter');
  await chen.until('the right', ({ rights }) => rights.has('caption'));
  write(host, 'mine', { id: 'one' });
  await reads(chen, 'mine');
  write(chen, 'yours', { id: 'one' });
  await reads(host, 'mine', 'yours');
});

it('shows what a speaker’s own device writes while the speaker may be heard', async () => {
  write(chen, 'I', { id: 's', final: false, spoken: true });
  write(chen, 'I agree', { id: 's', spoken: true });
  await reads(host, 'I agree');
  expect(host.state.captions[0]).toMatchObject({ name: 'Chen', spoken: true, final: true });
  write(chen, 'I ag', { id: 's', final: false, spoken: true });
  host.core.control.stop([keyOf(chen)], ['microphone'], true);
  await chen.until('silence', ({ members }) =>
    members.some((m) => m.self && m.blocked.includes('microphone')),
  );
  write(chen, 'I was muted', { spoken: true });
  await settled(chen, host);
  expect(texts(host)).toEqual(['I agree']);
});
