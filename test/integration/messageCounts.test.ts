import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { countMessages, type EventCost } from '../bench/scale/countMessages.ts';
import { constantSizes, LightRoom } from '../bench/scale/lightRoom.ts';
import { openDoors, storedIn } from '../bench/scale/lightSite.ts';
import { newFolder, Site, startMedia } from './signaling/site.ts';

let media: LocalMediaRooms;
let folder: Awaited<ReturnType<typeof newFolder>>;
let site: Site;
const rooms: LightRoom[] = [];

const open = async (preset: 'open' | 'moderated', members: number) => {
  const origin = `http://127.0.0.1:${site.port}`;
  const room = await LightRoom.open(origin, storedIn(site), { preset, sizes: constantSizes });
  rooms.push(room);
  await room.fill(members);
  return room;
};

beforeAll(async () => {
  media = await startMedia();
  folder = await newFolder();
  site = await Site.start(folder.path, media, openDoors);
}, 600_000);
afterAll(async () => {
  for (const room of rooms) room.close();
  await site.stop();
  await media.close();
  await folder.remove();
});

const SMALL = 6;
const LARGE = 36;
/** What the sealed parts of one event come to, with two knocks and what is around them. */
const BYTES = 12_000;

const of = (costs: readonly EventCost[], event: EventCost['event']) => {
  const cost = costs.find((each) => each.event === event);
  if (!cost) throw new Error(`${event} was not counted`);
  return cost;
};

describe('in a meeting six times as large', () => {
  it('a join, a leave, a mute and a pulse cost each member as much as before', async () => {
    const small = await countMessages(await open('moderated', SMALL));
    const large = await countMessages(await open('moderated', LARGE));
    for (const event of ['join', 'leave', 'mute', 'pulse'] as const) {
      const [before, after] = [of(small, event), of(large, event)];
      expect(after.mostMessages, event).toBeLessThanOrEqual(before.mostMessages);
      // Numbers in the stream may have a digit more.
      expect(after.mostBytes, event).toBeLessThanOrEqual(before.mostBytes + 20);
      expect(after.mostBytes, event).toBeLessThan(BYTES);
      const toEach = after.members * before.mostMessages;
      expect(after.messages, event).toBeLessThanOrEqual(toEach + after.ownMessages);
    }
    // A mute is one message to each, and says nothing but that.
    expect(of(large, 'mute')).toMatchObject({ mostMessages: 1 });
    expect(of(large, 'mute').mostBytes).toBeLessThan(200);
  }, 30_000);
});

describe('many who come or go together', () => {
  it('cost the members one commit and few messages, not one each', async () => {
    const room = await open('open', 4);
    const { host } = room;
    const entries: number[] = [];
    const stop = host.on('stream:entries', (event) => entries.push(event.entries.length));
    await room.leave(2);
    await room.join(20);
    await room.leave(20);
    stop();
    // 22 departures and three commits.
    expect(entries.reduce((sum, count) => sum + count, 0)).toBe(25);
    expect(entries.length).toBeLessThan(15);
  }, 30_000);
});
