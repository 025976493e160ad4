import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ChatMessageView } from '../../client/meeting/chatView.ts';
import type { BlobPort } from '../../client/meeting/core/blobPort.ts';
import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { type Preset, presetPolicy } from '../../shared/roles.ts';
import { type Bot, type BotOptions, enter, foundByBot } from '../bots/bot.ts';
import { botSite } from '../bots/botSite.ts';

const here = botSite();

/** A meeting with a host, Lin, and some others inside. */
async function gather(preset: Preset, names: readonly string[], options: Partial<BotOptions> = {}) {
  const { host, link } = await foundByBot(here.site.origin, preset);
  here.bots.push(host);
  await enter(host, 'Lin');
  const others: Bot[] = [];
  for (const name of names) {
    const bot = await here.open({ link, ...options });
    others.push(bot);
    await bot.until('at the door', (state) => state.phase.name === 'prejoin');
    bot.core.join(name, '');
    if (host.state.policy?.lobby) {
      const { knocks } = await host.until('a knock', (state) => state.knocks.length > 0);
      host.core.control.admit(knocks.map(({ knockId }) => knockId));
    }
    await bot.until('inside', (state) => state.phase.name === 'meeting');
  }
  for (const bot of [host, ...others])
    await bot.until('all are here', (state) => state.members.length === names.length + 1);
  return { host, link, others };
}

function keyOf(bot: Bot): DeviceKey {
  if (!bot.state.self) throw new Error('no device');
  return bot.state.self;
}

async function message(bot: Bot, fits: (message: ChatMessageView) => boolean): Promise<ChatMessageView> {
  const { chat } = await bot.until('a message', (state) => state.chat.some(fits));
  const found = chat.find(fits);
  if (!found) throw new Error('unreachable');
  return found;
}

/** Everything said before is there, and nothing else follows. */
async function settled(from: Bot, to: readonly Bot[]): Promise<void> {
  const text = `settled ${Math.random()}`;
  from.core.sendChat(text);
  for (const bot of to) await message(bot, (said) => said.text === text);
}

const fileOf = (bytes: Uint8Array, name = 'minutes.pdf') =>
  new File([Uint8Array.from(bytes)], name, { type: 'application/pdf' });

describe('chat', () => {
  it('answers, mentions, edits and takes back, for everybody alike', async () => {
    const { host, others } = await gather('open', ['Chen', 'Wu']);
    const [chen, wu] = others;
    if (!chen || !wu) throw new Error('nobody');
    host.core.sendChat('The draft is **ready**, @Chen');
    const heard = await message(chen, ({ text }) => text.includes('draft'));
    expect(heard.mentions).toEqual([{ device: keyOf(chen), name: 'Chen' }]);
    await chen.until('a notice', ({ notices }) => notices.some(({ notice }) => notice.kind === 'mentioned'));
    chen.core.sendChat('Thank you', undefined, heard.id);
    const answer = await message(wu, ({ text }) => text === 'Thank you');
    expect(answer.reply).toEqual({ id: heard.id, name: 'Lin', text: 'The draft is **ready**, @Chen' });
    await message(host, ({ text }) => text === 'Thank you');
    chen.core.talk.edit(answer.id, 'Thank you both');
    for (const bot of here.bots) {
      expect(await message(bot, ({ change }) => change === 'edited')).toMatchObject({
        text: 'Thank you both',
      });
    }
    chen.core.talk.unsay(answer.id);
    for (const bot of here.bots) {
      const gone = await message(bot, ({ change }) => change === 'deleted');
      expect(gone).toMatchObject({ text: '', reply: null, name: 'Chen' });
    }
    expect(wu.state.notices.some(({ notice }) => notice.kind === 'mentioned')).toBe(false);
  });

  it('aside reaches the one it is for and nobody else, through a change of epoch as well', async () => {
    const { host, link, others } = await gather('open', ['Chen', 'Wu']);
    const [chen, wu] = others;
    if (!chen || !wu) throw new Error('nobody');
    chen.core.sendChat('Only for you', { kind: 'person', device: keyOf(wu) });
    const heard = await message(wu, ({ text }) => text === 'Only for you');
    expect(heard.audience).toEqual({ kind: 'person', device: keyOf(wu), name: 'Wu' });
    const own = await message(chen, ({ state }) => state === 'sent');
    expect(own.audience).toEqual({ kind: 'person', device: keyOf(wu), name: 'Wu' });
    chen.core.talk.edit(own.id, 'Only for you two');
    await message(wu, ({ text }) => text === 'Only for you two');
    chen.core.sendChat('Dear hosts', { kind: 'hosts' });
    expect((await message(host, ({ text }) => text === 'Dear hosts')).audience).toEqual({ kind: 'hosts' });
    await settled(chen, [host, wu]);
    expect(host.state.chat.map(({ text }) => text)).not.toContain('Only for you two');
    expect(wu.state.chat.map(({ text }) => text)).not.toContain('Dear hosts');

    // Messages and commits cross each other; each message arrives exactly once.
    const texts = Array.from({ length: 12 }, (_, i) => `crossing ${i}`);
    for (const [i, text] of texts.entries()) {
      chen.core.sendChat(text, { kind: 'person', device: keyOf(wu) });
      if (i % 3 === 0) host.core.control.setRole(keyOf(chen), i % 2 === 0 ? 'presenter' : 'participant');
      if (i === 4) wu.core.sendChat('meanwhile');
    }
    const zoe = await here.open({ link });
    await zoe.until('at the door', (state) => state.phase.name === 'prejoin');
    zoe.core.join('Zoe', '');
    await zoe.until('inside', (state) => state.phase.name === 'meeting');
    await wu.until('all', ({ chat }) => texts.every((text) => chat.some((said) => said.text === text)));
    await settled(chen, [wu]);
    const crossed = wu.state.chat.filter(({ text }) => text.startsWith('crossing'));
    expect(crossed.map(({ text }) => text)).toEqual(texts);
    expect(zoe.state.chat.some(({ text }) => text.startsWith('crossing'))).toBe(false);
  });

  it('in a class reaches the hosts only, whatever a modified client tries', async () => {
    const { host, others } = await gather('classroom', ['Ana', 'Ben']);
    const [ana, ben] = others;
    if (!ana || !ben) throw new Error('nobody');
    ana.core.sendChat('To all');
    ana.core.sendChat('To Ben', { kind: 'person', device: keyOf(ben) });
    void ana.core.talk.sendFile(fileOf(randomBytes(10)), { kind: 'hosts' });
    ana.core.sendChat('May I ask?', { kind: 'person', device: keyOf(host) });
    ana.core.sendChat('And you all?', { kind: 'hosts' });
    await message(host, ({ text }) => text === 'And you all?');
    host.core.sendChat('Yes', { kind: 'person', device: keyOf(ana) });
    await message(ana, ({ text }) => text === 'Yes');
    await settled(host, [ana, ben]);
    expect(ben.state.chat.map(({ text }) => text)).toHaveLength(1);
    const heard = host.state.chat.filter(({ self }) => !self).map(({ text }) => text);
    expect(heard).toEqual(['May I ask?', 'And you all?']);
    await ana.until('refused', ({ transfers }) => transfers.some(({ error }) => error === 'forbidden'));
  });
});

describe('files', () => {
  it('arrive whole and verified; taken back, they are gone from the server', async () => {
    const { host, others } = await gather('moderated', ['Chen']);
    const [chen] = others;
    if (!chen) throw new Error('nobody');
    const bytes = randomBytes(9 * 1024 ** 2 + 7);
    await host.core.talk.sendFile(fileOf(bytes));
    const heard = await message(chen, ({ file }) => file !== null);
    expect(heard.file).toEqual({
      name: 'minutes.pdf',
      mime: 'application/pdf',
      size: bytes.length,
      preview: null,
    });
    await chen.core.files.download(heard.id, null);
    expect(Buffer.compare(chen.saved.get('minutes.pdf') ?? new Uint8Array(), bytes)).toBe(0);
    await chen.until('done', ({ transfers }) => transfers.some(({ state }) => state === 'done'));
    // One's own file can be fetched back as well.
    const own = await message(host, ({ file }) => file !== null);
    await host.core.files.download(own.id, null);
    expect(host.saved.size).toBe(1);
    expect(await readdir(here.site.blobFolder)).toHaveLength(1);
    host.core.talk.unsay(own.id);
    await message(chen, ({ change }) => change === 'deleted');
    await expect.poll(() => readdir(here.site.blobFolder)).toEqual([]);
  });

  it('go on where the way broke, wait while paused, and leave nothing when cancelled', async () => {
    let breaks = 2;
    const puts: number[] = [];
    const flaky = (real: BlobPort): BlobPort => ({
      async put(blob, token, offset, part, signal) {
        puts.push(offset);
        // The parts after it are on their way already.
        if (offset === 0 && breaks > 0) {
          breaks -= 1;
          // Some of it arrives, the answer does not.
          if (breaks === 0) await real.put(blob, token, offset, part.slice(0, 1_000_000), signal);
          throw new ProtocolError('unavailable');
        }
        return real.put(blob, token, offset, part, signal);
      },
      get: (...given) => real.get(...given),
    });
    const { host, others } = await gather('open', ['Chen'], {
      files: (real) => ({ ...real, blobs: flaky(real.blobs) }),
    });
    const [chen] = others;
    if (!chen) throw new Error('nobody');
    const bytes = randomBytes(5 * 1024 ** 2);
    const sending = chen.core.talk.sendFile(fileOf(bytes, 'flaky.bin'));
    const { chat } = await chen.until('begun', (state) => state.transfers.length > 0);
    const id = chat[0]?.id ?? '';
    chen.core.files.pause(id);
    await chen.until('paused', ({ transfers }) => transfers[0]?.state === 'paused');
    const before = puts.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(puts.length).toBe(before);
    chen.core.files.resume(id);
    await sending;
    expect(puts).toContain(1_000_000);
    const heard = await message(host, ({ file }) => file !== null);
    await host.core.files.download(heard.id, null);
    expect(Buffer.compare(host.saved.get('flaky.bin') ?? new Uint8Array(), bytes)).toBe(0);

    breaks = Number.POSITIVE_INFINITY;
    const cancelled = chen.core.talk.sendFile(fileOf(bytes, 'cancelled.bin'));
    await chen.until('under way', ({ transfers }) => transfers.some(({ state }) => state === 'waiting'));
    const last = chen.state.chat.at(-1);
    chen.core.talk.unsay(last?.id ?? '');
    await cancelled;
    await expect.poll(() => readdir(here.site.blobFolder)).toHaveLength(1);
    await settled(chen, [host]);
    expect(host.state.chat.filter(({ file }) => file)).toHaveLength(1);
  });

  it('too large, or without the right, are refused with a reason', async () => {
    const { host } = await gather('open', []);
    const huge = fileOf(new Uint8Array(70 * 1024 ** 2));
    await host.core.talk.sendFile(huge);
    expect(host.state.transfers.at(-1)).toMatchObject({ state: 'failed', error: 'too-large' });
    expect(host.state.chat.at(-1)).toMatchObject({ state: 'failed' });
    expect(presetPolicy('classroom').permissions.participant).not.toContain('files');
  });
});
