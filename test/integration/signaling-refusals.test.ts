import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { defaultLimits } from '../../server/signaling/limits.ts';
import { blobId, knockId } from '../../shared/ids.ts';
import { type RequestName, type RequestOf, requests, type Stage } from '../../shared/protocol/requests.ts';
import { foundRequest } from '../support/invitation.ts';
import { randomId, signNext } from '../unit/records/signing.ts';
import type { Client } from './signaling/client.ts';
import { bytes, Gathering, knockRequest, newGroupId } from './signaling/meeting.ts';
import { newFolder, Site, startMedia } from './signaling/site.ts';

let media: LocalMediaRooms;
let folder: Awaited<ReturnType<typeof newFolder>>;
let site: Site;
let gathering: Gathering;

const unbounded = { burst: 1_000_000, perSecond: 1_000_000 };

beforeAll(async () => {
  media = await startMedia();
}, 600_000);
afterAll(() => media.close());

beforeEach(async () => {
  folder = await newFolder();
  site = await Site.start(folder.path, media, {
    requests: unbounded,
    knocks: unbounded,
    knocksPerAddress: unbounded,
    refusalsInARow: 1_000_000,
  });
  gathering = await Gathering.open(site);
});
afterEach(async () => {
  await site.stop();
  await folder.remove();
});

const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const rtpParameters = {
  codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
};

/** One well-formed request of every kind: a new kind without one here is a type error. */
function wellFormed(): { [Name in RequestName]: RequestOf<Name> } {
  const { groupId, script, host } = gathering;
  return {
    'session:identify': { device: host.device, signature: bytes(64) },
    'session:leave': {},
    'lobby:knock': knockRequest(gathering, host),
    'lobby:withdraw': {},
    'lobby:tell': { words: [{ knockId: knockId.parse(randomId()), sealed: bytes(60) }] },
    'lobby:deny': { knockIds: [knockId.parse(randomId())] },
    'group:found': foundRequest(script.invitation, host.device, newGroupId()),
    'group:commit': { groupId, epoch: gathering.epoch, commit: bytes(10), admitted: [], removed: [] },
    'group:refuse': { groupId, epoch: gathering.epoch },
    'group:send': { groupId, bytes: bytes(10) },
    'group:relay': { bytes: bytes(10) },
    'stream:sync': { groupId, after: 0 },
    'record:append': { record: signNext(script.chain, host.signer, { type: 'lock', locked: true }) },
    'record:list': { from: 0 },
    'breakout:found': { records: [{ bytes: bytes(10), signature: bytes(64) }] },
    'blob:create': { size: 1_000 },
    'blob:open': { blob: blobId.parse(randomId()), use: 'download' },
    'blob:delete': { blob: blobId.parse(randomId()) },
    'media:probe': {},
    'media:capabilities': {},
    'media:createTransport': { direction: 'send' },
    'media:connectTransport': {
      transportId: uuid,
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AA' }] },
    },
    'media:restartIce': { transportId: uuid },
    'media:closeTransport': { transportId: uuid },
    'media:produce': { transportId: uuid, kind: 'audio', source: 'microphone', rtpParameters, paused: false },
    'media:setProducer': { producerId: uuid, state: 'live' },
    'media:consume': { transportId: uuid, producerId: uuid, rtpCapabilities: {} },
    'media:setConsumers': { wishes: [{ consumerId: uuid, paused: false }] },
    'media:closeConsumer': { consumerId: uuid },
    'media:requestKeyFrame': { consumerId: uuid },
    'media:producers': {},
  };
}

// Keys of a constant object are its names.
const names = Object.keys(requests) as RequestName[];

/** What the members heard since, challenges and knocks of the door aside. */
function overheard(client: Client): string[] {
  return client.heard.map(({ name }) => name).filter((name) => name !== 'lobby:knocks');
}

const steps: Stage[] = ['connected', 'identified', 'member'];

describe('every request, forged', () => {
  const forged: { as: string; reached: Stage; code: string }[] = [
    { as: 'connected', reached: 'connected', code: 'not-identified' },
    { as: 'identified', reached: 'identified', code: 'not-admitted' },
    { as: 'waiting', reached: 'identified', code: 'not-admitted' },
  ];
  for (const { as, reached, code } of forged) {
    it(`is refused to a socket that is only ${as}, without an effect on the members`, async () => {
      const member = await gathering.join();
      const client = await arriveAs(as);
      const before = [gathering.host.client, member.client].map((each) => overheard(each));
      const chain = await site.store.records(gathering.meeting);
      const bodies = wellFormed();
      for (const name of names) {
        expect(requests[name].request.safeParse(bodies[name]).success, name).toBe(true);
        if (steps.indexOf(requests[name].stage) <= steps.indexOf(reached)) continue;
        expect(await client.refusal(name, bodies[name]), name).toMatchObject({ code });
      }
      // The group goes on as if nothing had been.
      await gathering.commit(member);
      for (const [i, each] of [gathering.host.client, member.client].entries()) {
        await each.until(
          'stream:entries',
          ({ entries: [entry] }) => entry?.kind === 'commit' && entry.epoch === 1,
        );
        expect(overheard(each).slice(before[i]?.length)).toEqual(['stream:entries']);
      }
      expect(await site.store.records(gathering.meeting)).toEqual(chain);
    });
  }

  async function arriveAs(as: string): Promise<Client> {
    if (as === 'connected') {
      const client = site.connect(gathering.meeting);
      await client.until('session:challenge');
      return client;
    }
    const person = await gathering.arrive();
    if (as === 'waiting') await person.client.ask('lobby:knock', knockRequest(gathering, person));
    return person.client;
  }

  it('that a device at the door may send is held to its rights', async () => {
    const person = await gathering.arrive();
    const { client } = person;
    const bodies = wellFormed();
    const { chain } = gathering.script;
    const { signer } = await gathering.arrive();
    expect(await client.code('group:found', bodies['group:found'])).toBe('not-admitted');
    expect(await client.code('lobby:knock', knockRequest(gathering, person, 'return'))).toBe('not-admitted');
    const record = signNext(chain, signer, { type: 'admit', devices: [signer.device] });
    expect(await client.code('record:append', { record })).toBe('forbidden');
    const foreign = signNext({ ...chain, length: 0 }, gathering.host.signer, { type: 'end' });
    expect(await client.code('record:append', { record: foreign })).toBe('chain-conflict');
  });

  it('gives a waiting device no transport, no roster, no stream and no chat', async () => {
    const guest = await gathering.join();
    const person = await gathering.arrive();
    const { client } = person;
    await client.ask('lobby:knock', knockRequest(gathering, person));
    await guest.client.ask('group:send', { groupId: gathering.groupId, bytes: bytes(20) });
    await guest.client.ask('group:relay', { bytes: bytes(20) });
    await gathering.commit(gathering.host);
    await guest.client.ask('media:createTransport', { direction: 'send' });
    await guest.client.until('stream:entries', ({ entries: [entry] }) => entry?.kind === 'commit');
    // Asked and answered after all of the above, on the same socket that would have heard it.
    await client.ask('record:list', { from: 0 });
    expect(new Set(client.heard.map(({ name }) => name))).toEqual(
      new Set(['session:challenge', 'lobby:state']),
    );
  });
});

describe('malformed input', () => {
  it('is answered as such, or dropped where nothing can be answered', async () => {
    const { client } = gathering.host;
    for (const name of [
      'no:such',
      'constructor',
      '__proto__',
      'toString',
      'disconnecting',
      '',
      'x'.repeat(5_000),
    ]) {
      if (name === 'disconnecting') continue; // socket.io reserves it and the client refuses to send it.
      expect(await client.code(name, {}), name).toBe('bad-request');
    }
    expect(await client.code('lobby:withdraw')).toBe('bad-request');
    expect(await client.code('lobby:withdraw', {}, {})).toBe('bad-request');
    expect(await client.code('lobby:withdraw', null)).toBe('bad-request');
    expect(await client.code('lobby:withdraw', [])).toBe('bad-request');
    expect(await client.code('lobby:withdraw', { more: 1 })).toBe('bad-request');
    client.socket.emit('session:leave', {});
    client.socket.emit('group:send', { groupId: gathering.groupId, bytes: bytes(2) });
    // Neither was carried out: the host still is a member, and its stream stands where it was.
    const { entries } = await client.ask('stream:sync', { groupId: gathering.groupId, after: 0 });
    expect(entries).toEqual([]);
  });

  it('of any shape at any stage neither crashes nor changes anything', async () => {
    const member = await gathering.join();
    const waiting = await gathering.arrive();
    await waiting.client.ask('lobby:knock', knockRequest(gathering, waiting));
    const connected = site.connect(gathering.meeting);
    await connected.until('session:challenge');
    const clients = [connected, waiting.client, member.client];
    const records = await site.store.records(gathering.meeting);
    const { host, groupId } = gathering;
    const { seq: before } = await host.client.ask('group:send', { groupId, bytes: bytes(1) });
    const bodies = wellFormed();

    const binary = fc.uint8Array({ maxLength: 70 }).map((value) => Buffer.from(value));
    const leaf = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), binary);
    // Not in objects: more than ten binary parts end the connection, which is another test.
    const inner = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
    const object = fc.object({ values: [inner], maxDepth: 2, maxKeys: 4 });
    const anything = fc.oneof(object, fc.array(leaf, { maxLength: 4 }), leaf);
    const request = fc.constantFrom(...names);
    const mutation = fc.oneof(
      fc.record({ name: request, body: anything }),
      // Well-formed but for one field: gone, another value, or one more.
      fc
        .record({
          name: request,
          field: fc.nat(6),
          change: fc.constantFrom('drop', 'set', 'add'),
          value: anything,
        })
        .map(({ name, field, change, value }) => {
          const fields = Object.entries(bodies[name]);
          const [key] = fields[field % Math.max(1, fields.length)] ?? ['extra'];
          if (change === 'add') return { name, body: { ...bodies[name], [`${key}x`]: value } };
          const rest = fields.filter(([other]) => other !== key);
          return { name, body: Object.fromEntries(change === 'drop' ? rest : [...rest, [key, value]]) };
        }),
    );
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2),
        fc.array(mutation, { minLength: 1, maxLength: 12 }),
        async (which, batch) => {
          const client = clients[which];
          // What happens to be well-formed is another test's matter.
          const malformed = batch.filter(({ name, body }) => !requests[name].request.safeParse(body).success);
          const codes = await Promise.all(malformed.map(({ name, body }) => client?.code(name, body)));
          sent += codes.length;
          // The stage is looked at before the content.
          const short = ['not-identified', 'not-admitted', 'bad-request'][which];
          const reached = which;
          for (const [i, { name }] of malformed.entries()) {
            const early = steps.indexOf(requests[name].stage) > reached;
            expect(codes[i], name).toBe(early ? short : 'bad-request');
          }
        },
      ),
      { numRuns: 600, endOnFailure: true },
    );
    expect(sent).toBeGreaterThan(2_000);
    for (const client of clients) expect(client.socket.connected).toBe(true);
    expect(await site.store.records(gathering.meeting)).toEqual(records);
    const { seq: after } = await host.client.ask('group:send', { groupId, bytes: bytes(1) });
    expect(after).toBe(before + 1);
    expect(site.log.join('')).not.toContain('request failed');
    await gathering.commit(member);
  });

  it('of more binary parts than a request has ends the connection only', async () => {
    const guest = await gathering.join();
    const parts = Array.from({ length: 11 }, () => bytes(1));
    guest.client.socket.emit('group:send', { groupId: gathering.groupId, bytes: parts }, () => undefined);
    await guest.client.untilClosed();
    await gathering.host.client.ask('group:send', { groupId: gathering.groupId, bytes: bytes(3) });
  });

  it('larger than the protocol allows ends the connection only', async () => {
    const guest = await gathering.join();
    const size = defaultLimits.messageBytes + 1;
    guest.client.socket.emit(
      'group:send',
      { groupId: gathering.groupId, bytes: new Uint8Array(size) },
      () => undefined,
    );
    await guest.client.untilClosed();
    await gathering.host.client.ask('group:send', { groupId: gathering.groupId, bytes: bytes(3) });
  });
});
