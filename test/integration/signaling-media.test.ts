import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import type { Source } from '../../shared/records/record.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { offer } from './media/offers.ts';
import type { Person } from './signaling/client.ts';
import { Gathering, knockRequest } from './signaling/meeting.ts';
import { newFolder, Site, startMedia } from './signaling/site.ts';

let media: LocalMediaRooms;
let folder: Awaited<ReturnType<typeof newFolder>>;
let site: Site;

beforeAll(async () => {
  media = await startMedia();
}, 600_000);
afterAll(() => media.close());

beforeEach(async () => {
  folder = await newFolder();
  site = await Site.start(folder.path, media);
});
afterEach(async () => {
  await site.stop();
  await folder.remove();
  expect(site.clients.flatMap(({ strange }) => strange)).toEqual([]);
});

let mids = 0;

async function producing(person: Person, source: Source) {
  const { client } = person;
  const { rtpCapabilities } = await client.ask('media:capabilities', {});
  const { id: transportId } = await client.ask('media:createTransport', { direction: 'send' });
  const kind = source === 'camera' || source === 'screen' ? ('video' as const) : ('audio' as const);
  const mime = kind === 'audio' ? 'audio/opus' : 'video/VP8';
  const rtpParameters = offer(rtpCapabilities, mime, String(mids++));
  return { transportId, kind, source, rtpParameters, paused: false };
}

async function produce(person: Person, source: Source): Promise<string> {
  return (await person.client.ask('media:produce', await producing(person, source))).producerId;
}

const offered = async (person: Person) =>
  (await person.client.ask('media:producers', {})).producers.map(({ producerId }) => producerId);

describe('streams and records', () => {
  it('are told to members, and only they may subscribe', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const producerId = await produce(guest, 'microphone');
    const told = await gathering.host.client.until('media:producers', ({ added }) => added.length > 0);
    expect(told.added).toEqual([{ producerId, device: guest.device, source: 'microphone', paused: false }]);
    const { client } = gathering.host;
    const { rtpCapabilities } = await client.ask('media:capabilities', {});
    const { id: transportId } = await client.ask('media:createTransport', { direction: 'receive' });
    const consumer = await client.ask('media:consume', { transportId, producerId, rtpCapabilities });
    expect(consumer.kind).toBe('audio');
    const stranger = await gathering.arrive();
    await stranger.client.ask('lobby:knock', knockRequest(gathering, stranger));
    const theirs = { transportId, producerId, rtpCapabilities };
    expect(await stranger.client.code('media:consume', theirs)).toBe('not-admitted');
    expect(stranger.client.all('media:producers')).toEqual([]);
  });

  it('leave other devices’ streams alone', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const producerId = await produce(guest, 'camera');
    const { client } = gathering.host;
    for (const state of ['paused', 'live', 'closed']) {
      expect(await client.code('media:setProducer', { producerId, state })).toBe('not-found');
    }
    expect(await offered(guest)).toEqual([producerId]);
  });

  it('stop once where a host stops them, and may start again', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const producerId = await produce(guest, 'microphone');
    const { host } = gathering;
    await gathering.append(host.signer, {
      type: 'stop',
      devices: 'everyone',
      sources: ['microphone'],
      hold: false,
    });
    expect(await guest.client.until('media:producerStopped')).toEqual({ producerId });
    expect(await offered(host)).toEqual([]);
    await produce(guest, 'microphone');
    expect(await offered(host)).toHaveLength(1);
  });

  it('stay stopped under a hold, until allowed', async () => {
    const gathering = await Gathering.open(site);
    const { host } = gathering;
    const guest = await gathering.join();
    const kept = await produce(host, 'microphone');
    await produce(guest, 'microphone');
    await gathering.append(host.signer, {
      type: 'stop',
      devices: 'everyone',
      sources: ['microphone'],
      hold: true,
    });
    await guest.client.until('media:producerStopped');
    expect(await guest.client.code('media:produce', await producing(guest, 'microphone'))).toBe('forbidden');
    expect(await offered(host)).toEqual([kept]);
    await gathering.append(host.signer, { type: 'allow', devices: [guest.device], sources: ['microphone'] });
    await produce(guest, 'microphone');
    expect(await offered(host)).toHaveLength(2);
  });

  it('follow the policy and the role', async () => {
    const gathering = await Gathering.open(site);
    const { host } = gathering;
    const guest = await gathering.join();
    await produce(guest, 'screen');
    await gathering.append(host.signer, { type: 'policy', policy: presetPolicy('classroom') });
    await guest.client.until('media:producerStopped');
    expect(await guest.client.code('media:produce', await producing(guest, 'screen'))).toBe('forbidden');
    await gathering.append(host.signer, { type: 'grant', device: guest.device, role: 'presenter' });
    await produce(guest, 'screen');
  });

  it('cannot slip in while the record that forbids them is on its way', async () => {
    const gathering = await Gathering.open(site);
    const { host } = gathering;
    const guest = await gathering.join();
    const ready = await producing(guest, 'camera');
    for (let round = 0; round < 10; round++) {
      const answer = guest.client.code('media:produce', ready);
      await gathering.append(host.signer, {
        type: 'stop',
        devices: 'everyone',
        sources: ['camera'],
        hold: true,
      });
      expect(['ok', 'forbidden']).toContain(await answer);
      expect(await offered(host)).toEqual([]);
      await gathering.append(host.signer, { type: 'allow', devices: 'everyone', sources: ['camera'] });
    }
  });

  it('end with the membership: removed, left, reloaded', async () => {
    const gathering = await Gathering.open(site);
    const { host } = gathering;
    const [removed, left, reloaded] = [
      await gathering.join(),
      await gathering.join(),
      await gathering.join(),
    ];
    const closed = async (producerId: string) =>
      host.client.until('media:producers', (told) => told.removed.includes(producerId));
    const ids = [];
    for (const person of [removed, left, reloaded]) ids.push(await produce(person, 'camera'));
    expect(await offered(host)).toEqual(ids);
    await gathering.append(host.signer, { type: 'remove', devices: [removed.device], ban: false });
    await left.client.ask('session:leave', {});
    await reloaded.client.ask('lobby:knock', knockRequest(gathering, reloaded, 'return'));
    for (const producerId of ids) await closed(producerId);
    expect(await offered(host)).toEqual([]);
    for (const { client } of [left, reloaded]) {
      expect(await client.code('media:createTransport', { direction: 'send' })).toBe('not-admitted');
    }
  });

  it('survive a connection that is back within its grace', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const producerId = await produce(guest, 'camera');
    guest.client.close();
    const back = await gathering.arrive(guest.signer);
    expect(await offered(back)).toEqual([producerId]);
    await back.client.ask('media:setProducer', { producerId, state: 'paused' });
  });

  it('start over with a new group', async () => {
    const gathering = await Gathering.open(site);
    const { host } = gathering;
    await produce(host, 'camera');
    await host.client.ask('session:leave', {});
    const again = await Gathering.open(site);
    await produce(again.host, 'camera');
    expect(await offered(again.host)).toHaveLength(1);
  });
});
