import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceKey } from '../../shared/ids.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';

let site: Site;
let bots: Bot[];
let host: Bot;
let link: Awaited<ReturnType<typeof foundByBot>>['link'];

beforeEach(async () => {
  site = await startSite();
  bots = [];
  ({ host, link } = await foundByBot(site.origin, 'open'));
  bots.push(host);
  await enter(host, 'Lin');
});
afterEach(async () => {
  for (const bot of bots) bot.close();
  await site.close();
});

async function atDoor(): Promise<Bot> {
  const bot = await openBot({ origin: site.origin, link });
  bots.push(bot);
  await bot.until('at the door', (state) => state.phase.name === 'prejoin');
  return bot;
}

async function inside(name: string): Promise<Bot> {
  const bot = await atDoor();
  await enter(bot, name);
  return bot;
}

function keyOf(bot: Bot): DeviceKey {
  if (!bot.state.self) throw new Error('no device');
  return bot.state.self;
}

const notices = (bot: Bot) => bot.state.notices.map(({ notice }) => notice);
const recordedBy = (bot: Bot, ...recorders: readonly Bot[]) =>
  bot.until(
    'who records',
    ({ recording }) => JSON.stringify(recording) === JSON.stringify(recorders.map(keyOf)),
  );

describe('who records', () => {
  it('is told to all, also to who comes later, before and after going in', async () => {
    const chen = await inside('Chen');
    host.core.control.setRecording(true);
    for (const bot of [host, chen]) await recordedBy(bot, host);
    expect(notices(chen)).toContainEqual({ kind: 'recording', by: 'Lin' });
    const wu = await atDoor();
    expect(wu.state.recording).toEqual([keyOf(host)]);
    await enter(wu, 'Wu');
    await wu.until('the notice', () => notices(wu).some(({ kind }) => kind === 'recording'));
    expect(notices(wu)).toContainEqual({ kind: 'recording', by: 'Lin' });
    host.core.control.setRecording(false);
    for (const bot of [host, chen, wu]) await recordedBy(bot);
    expect(notices(wu)).toContainEqual({ kind: 'recording-over', by: 'Lin' });
  });

  it('is nobody without the right: such a record is refused, and a right that goes ends it', async () => {
    const chen = await inside('Chen');
    chen.core.control.setRecording(true);
    await chen.until('the refusal', () => notices(chen).some(({ kind }) => kind === 'request-failed'));
    host.core.control.setRole(keyOf(chen), 'cohost');
    await chen.until('the right', ({ rights }) => rights.has('record'));
    chen.core.control.setRecording(true);
    for (const bot of [host, chen]) await recordedBy(bot, chen);
    host.core.control.setRole(keyOf(chen), 'participant');
    for (const bot of [host, chen]) await recordedBy(bot);
    expect(notices(host)).toContainEqual({ kind: 'recording-over', by: 'Chen' });
  });

  it('is nobody who has left', async () => {
    const chen = await inside('Chen');
    host.core.control.setRole(keyOf(chen), 'cohost');
    await chen.until('the right', ({ rights }) => rights.has('record'));
    chen.core.control.setRecording(true);
    await recordedBy(host, chen);
    chen.core.leave();
    await recordedBy(host);
  });
});
