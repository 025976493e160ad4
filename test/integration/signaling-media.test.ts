import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { defaultLimits } from '../../server/signaling/limits.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { RecordBody, Source } from '../../shared/records/record.ts';
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

const FLOOD = 1_000;
/** As many as one socket may send at once. */
const KNOCKS_EACH = 5;

/** Within this time an act of a host has its effect at everybody else, in milliseconds. */
const AT_ONCE = 1_000;
const everySource = ['microphone', 'camera', 'screen'] as const;

/** Every record by which a host silences or hides somebody, and what then meets a new offer. */
const acts: {
  readonly act: string;
  readonly body: (device: DeviceKey) => RecordBody;
  readonly again: string;
}[] = [
  {
    act: 'stop one for good',
    body: (device) => ({ type: 'stop', devices: [device], sources: [...everySource], hold: true }),
    again: 'forbidden',
  },
  {
    act: 'stop one for now',
    body: (device) => ({ type: 'stop', devices: [device], sources: [...everySource], hold: false }),
    again: 'ok',
  },
  {
    act: 'stop everyone',
    body: () => ({ type: 'stop', devices: 'everyone', sources: [...everySource], hold: true }),
    again: 'forbidden',
  },
  {
    act: 'rules that give no right to it',
    body: () => {
      const { permissions, ...rules } = presetPolicy('moderated');
      return { type: 'policy', policy: { ...rules, permissions: { ...permissions, participant: [] } } };
    },
    again: 'forbidden',
  },
  {
    act: 'a role that has no right to it',
    body: (device) => ({ type: 'grant', device, role: 'guest' }),
    again: 'forbidden',
  },
  { act: 'panic', body: () => ({ type: 'panic', on: true }), again: 'forbidden' },
  {
    act: 'back to the waiting room',
    body: (device) => ({ type: 'sendBack', devices: [device] }),
    again: 'not-admitted',
  },
  {
    act: 'removal',
    body: (device) => ({ type: 'remove', devices: [device], ban: false }),
    again: 'gone',
  },
  {
    act: 'removal and ban',
    body: (device) => ({ type: 'remove', devices: [device], ban: true }),
    again: 'gone',
  },
];

let mids = 0;
const sendTransports = new WeakMap<Person['client'], string>();

/** A device has one transport to send by. */
async function sendTransport(client: Person['client']): Promise<string> {
  const known = sendTransports.get(client);
  if (known !== undefined) return known;
  const { id } = await client.ask('media:createTransport', { direction: 'send' });
  sendTransports.set(client, id);
  return id;
}

async function producing(person: Person, source: Source) {
  const { client } = person;
  const { rtpCapabilities } = await client.ask('media:capabilities', {});
  const transportId = await sendTransport(client);
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

  it('begin silent with mute on entry, whatever is asked for, and are opened by an act of their own', async () => {
    const gathering = await Gathering.open(site, { ...presetPolicy('moderated'), muteOnEntry: true });
    const { host } = gathering;
    const [guest, cohost] = [await gathering.join(), await gathering.join()];
    await gathering.append(host.signer, { type: 'grant', device: cohost.device, role: 'cohost' });
    const ask = async (person: Person, source: Source) =>
      person.client.ask('media:produce', await producing(person, source));
    expect((await ask(host, 'microphone')).paused).toBe(false);
    expect((await ask(cohost, 'microphone')).paused).toBe(false);
    expect((await ask(guest, 'camera')).paused).toBe(false);
    const { producerId, paused } = await ask(guest, 'microphone');
    expect(paused).toBe(true);
    const silent = { producerId, device: guest.device, source: 'microphone', paused: true };
    const asTold = (added: readonly { producerId: string }[]) =>
      added.find((each) => each.producerId === producerId);
    const told = await host.client.until('media:producers', ({ added }) => asTold(added) !== undefined);
    expect(asTold(told.added)).toEqual(silent);
    const { rtpCapabilities } = await host.client.ask('media:capabilities', {});
    const { id: transportId } = await host.client.ask('media:createTransport', { direction: 'receive' });
    const consumer = await host.client.ask('media:consume', { transportId, producerId, rtpCapabilities });
    expect(consumer.producerPaused).toBe(true);
    await guest.client.ask('media:setProducer', { producerId, state: 'live' });
    const { producers } = await host.client.ask('media:producers', {});
    expect(asTold(producers)).toEqual({ ...silent, paused: false });
  });

  it.each(acts)(
    'end for everybody within a second by $act, whatever their owner’s client does',
    async ({ body, again }) => {
      const moderated = presetPolicy('moderated');
      // So that the role of a guest is a step down.
      const gathering = await Gathering.open(site, {
        ...moderated,
        permissions: { ...moderated.permissions, guest: [] },
      });
      const { host } = gathering;
      // This one's client hears of everything and does nothing.
      const [deaf, other] = [await gathering.join(), await gathering.join()];
      const ids: string[] = [];
      for (const source of everySource) ids.push(await produce(deaf, source));
      const microphone = await producing(deaf, 'microphone');
      const { rtpCapabilities } = await other.client.ask('media:capabilities', {});
      const { id: transportId } = await other.client.ask('media:createTransport', { direction: 'receive' });
      const consumers: string[] = [];
      for (const producerId of ids) {
        const wish = { transportId, producerId, rtpCapabilities };
        consumers.push((await other.client.ask('media:consume', wish)).consumerId);
      }

      const start = performance.now();
      await gathering.append(host.signer, body(deaf.device));
      for (const { client } of [host, other])
        for (const id of ids) await client.until('media:producers', ({ removed }) => removed.includes(id));
      for (const id of consumers)
        await other.client.until('media:consumerClosed', ({ consumerId }) => consumerId === id);
      expect(performance.now() - start).toBeLessThan(AT_ONCE);
      expect(await offered(other)).toEqual([]);
      if (again === 'gone') await deaf.client.untilClosed();
      else expect(await deaf.client.code('media:produce', microphone)).toBe(again);
    },
  );

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

  it('go on while a thousand knocks come in from one address, most of which are refused', async () => {
    const gathering = await Gathering.open(site);
    const guest = await gathering.join();
    const microphone = await produce(guest, 'microphone');
    const knocks = async () => {
      const troll = await gathering.arrive();
      return Promise.all(
        Array.from({ length: KNOCKS_EACH }, () =>
          troll.client.code('lobby:knock', knockRequest(gathering, troll)),
        ),
      );
    };
    const flood = Promise.all(Array.from({ length: FLOOD / KNOCKS_EACH }, knocks));
    // Meanwhile: a new stream is offered and subscribed to, as if nothing were.
    const camera = await produce(guest, 'camera');
    const { client } = gathering.host;
    await client.until('media:producers', ({ added }) =>
      added.some(({ producerId }) => producerId === camera),
    );
    const { rtpCapabilities } = await client.ask('media:capabilities', {});
    const { id: transportId } = await client.ask('media:createTransport', { direction: 'receive' });
    await client.ask('media:consume', { transportId, producerId: camera, rtpCapabilities });
    const codes = (await flood).flat();
    expect(codes).toHaveLength(FLOOD);
    const { burst } = defaultLimits.knocksPerAddress;
    const heard = codes.filter((code) => code === 'ok').length;
    expect(codes.every((code) => code === 'ok' || code === 'rate-limited')).toBe(true);
    // One's own knock and what the bucket gains meanwhile count as well.
    expect(heard).toBeGreaterThanOrEqual(burst - 1);
    expect(heard).toBeLessThan(FLOOD / 2);
    expect((await offered(gathering.host)).toSorted()).toEqual([camera, microphone].toSorted());
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
