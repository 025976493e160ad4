import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Signaling } from '../../client/meeting/signaling/signaling.ts';
import { createLog } from '../../server/log.ts';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';
import { goInto, openRooms } from '../support/breakouts.ts';
import { offer } from './media/offers.ts';
import { startMedia } from './signaling/site.ts';

let media: LocalMediaRooms;
let site: Site;
const bots: Bot[] = [];

beforeAll(async () => {
  media = await startMedia();
  site = await startSite(':memory:', undefined, createLog('silent'), media);
}, 600_000);
afterAll(async () => {
  for (const bot of bots) bot.close();
  await site.close();
  await media.close();
});

/** Puts a microphone on offer. */
async function speak({ request }: Signaling): Promise<string> {
  const { rtpCapabilities } = await request('media:capabilities', {});
  const { id: transportId } = await request('media:createTransport', { direction: 'send' });
  const rtpParameters = offer(rtpCapabilities, 'audio/opus', '0');
  const wish = { transportId, kind: 'audio', source: 'microphone', rtpParameters, paused: false } as const;
  return (await request('media:produce', wish)).producerId;
}

/** Subscribes to a stream; the code of the refusal where that is refused. */
async function listen({ request }: Signaling, producerId: string): Promise<string> {
  const { rtpCapabilities } = await request('media:capabilities', {});
  const { id: transportId } = await request('media:createTransport', { direction: 'receive' });
  return request('media:consume', { transportId, producerId, rtpCapabilities }).then(
    () => 'heard',
    ({ code }: { code: string }) => code,
  );
}

const offered = async ({ request }: Signaling) =>
  (await request('media:producers', {})).producers.map(({ producerId }) => producerId);

it('a stream of one room can be had in that room alone', async () => {
  const { host, link } = await foundByBot(site.origin, 'open');
  bots.push(host);
  await enter(host, 'Lin');
  const people: Bot[] = [];
  for (const name of ['Ann', 'Ben', 'Cat']) {
    const bot = await openBot({ origin: site.origin, link });
    bots.push(bot);
    people.push(bot);
    await enter(bot, name);
  }
  const [ann, ben, cat] = people as [Bot, Bot, Bot];
  const [one, two] = await openRooms(host, [[ann], [ben, cat]]);
  if (!one || !two) throw new Error('no rooms');
  const annThere = await goInto(ann, one, site.origin);
  const benThere = await goInto(ben, two, site.origin);
  const catThere = await goInto(cat, two, site.origin);
  bots.push(annThere, benThere, catThere);
  const stream = await speak(benThere.core.signaling);
  expect(await listen(catThere.core.signaling, stream)).toBe('heard');
  expect(await offered(catThere.core.signaling)).toEqual([stream]);
  // From another room, from the main meeting, and from the main meeting by one who is in the room.
  for (const bot of [annThere, ann, host, ben]) {
    expect(await listen(bot.core.signaling, stream)).toBe('not-found');
    expect(await offered(bot.core.signaling)).toEqual([]);
  }
  // Nor can it be closed from there.
  const closing = annThere.core.signaling.request('media:setProducer', {
    producerId: stream,
    state: 'closed',
  });
  await expect(closing).rejects.toMatchObject({ code: 'not-found' });
});
