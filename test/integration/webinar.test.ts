import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { limits } from '../../shared/limits.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { startSite } from '../bots/site.ts';
import { offer } from './media/offers.ts';
import { Gathering, knockRequest } from './signaling/meeting.ts';
import { newFolder, Site, startMedia } from './signaling/site.ts';

const AUDIENCE = 12;

describe('a webinar, with real clients', () => {
  const closing: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('lets its audience in by itself, in a few commits, and leaves them hands and words to the hosts', async () => {
    const site = await startSite();
    closing.push(() => site.close());
    const { host, link } = await foundByBot(site.origin, 'webinar');
    closing.push(() => host.close());
    await enter(host, 'Lin');
    const { epoch } = host.state.seal;
    const arrive = async (number: number): Promise<Bot> => {
      const bot = await openBot({ origin: site.origin, link });
      closing.push(() => bot.close());
      await enter(bot, `Listener ${number}`);
      return bot;
    };
    const audience = await Promise.all(Array.from({ length: AUDIENCE }, (_, number) => arrive(number)));
    await host.until('all of them', ({ members }) => members.length === AUDIENCE + 1);
    expect(host.state.seal.epoch - epoch).toBeLessThan(AUDIENCE);
    expect(host.state.knocks).toEqual([]);
    const [listener] = audience;
    if (!listener) throw new Error('nobody came');
    const own = listener.state.members.find(({ self }) => self);
    expect(own?.blocked).toEqual(expect.arrayContaining(['microphone', 'camera', 'screen']));
    listener.core.people.setHand(true);
    await host.until('a hand', ({ members }) => members.some(({ hand }) => hand !== null));
    expect(listener.state.rights).toEqual(new Set(['chatHosts', 'react']));
  });
});

describe('a webinar, to its server', () => {
  let media: LocalMediaRooms;
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let site: Site;
  beforeAll(async () => {
    media = await startMedia();
    folder = await newFolder();
    site = await Site.start(folder.path, media);
  }, 600_000);
  afterAll(async () => {
    await site.stop();
    await media.close();
    await folder.remove();
  });

  it('has so many places on its stage, beyond which hosts alone may send', async () => {
    const gathering = await Gathering.open(site, presetPolicy('webinar'));
    const produce = async ({ client }: typeof gathering.host, mid: string) => {
      const { rtpCapabilities } = await client.ask('media:capabilities', {});
      const { id: transportId } = await client.ask('media:createTransport', { direction: 'send' });
      const rtpParameters = offer(rtpCapabilities, 'video/VP8', mid);
      const camera = { kind: 'video', source: 'camera', paused: false } as const;
      return client.code('media:produce', { transportId, rtpParameters, ...camera });
    };
    const outcomes: string[] = [];
    for (let number = 0; number <= limits.stage; number++) {
      const speaker = await gathering.join();
      const { device } = speaker;
      await gathering.append(gathering.host.signer, { type: 'grant', device, role: 'presenter' });
      outcomes.push(await produce(speaker, String(number)));
    }
    expect(outcomes.slice(0, -1)).toEqual(Array.from({ length: limits.stage }, () => 'ok'));
    expect(outcomes.at(-1)).toBe('full');
    expect(await produce(gathering.host, '99')).toBe('ok');
  });

  it('has a stage that sends and an audience that does not, and tells the stage alone who comes', async () => {
    const gathering = await Gathering.open(site, presetPolicy('webinar'));
    const [listener, speaker] = [await gathering.join(), await gathering.join()];
    await gathering.append(gathering.host.signer, {
      type: 'grant',
      device: speaker.device,
      role: 'presenter',
    });
    const produce = async ({ client }: typeof listener, mid: string) => {
      const { rtpCapabilities } = await client.ask('media:capabilities', {});
      const { id: transportId } = await client.ask('media:createTransport', { direction: 'send' });
      const rtpParameters = offer(rtpCapabilities, 'audio/opus', mid);
      const microphone = { kind: 'audio', source: 'microphone', paused: false } as const;
      return client.code('media:produce', { transportId, rtpParameters, ...microphone });
    };
    expect(await produce(listener, '1')).toBe('forbidden');
    expect(await produce(speaker, '2')).toBe('ok');
    const newcomer = await gathering.arrive();
    const { knockId } = await newcomer.client.ask('lobby:knock', knockRequest(gathering, newcomer));
    await speaker.client.until('lobby:knocks', ({ added }) =>
      added.some((knock) => knock.knockId === knockId),
    );
    await gathering.commit(speaker, [knockId]);
    await newcomer.client.until('lobby:welcome');
    // Both are told of the commit, after anything that was said before.
    await listener.client.until('stream:entries', ({ entries }) =>
      entries.some((entry) => entry.kind === 'commit' && entry.sender === speaker.device),
    );
    expect(listener.client.all('lobby:knocks')).toEqual([]);
  });
});
