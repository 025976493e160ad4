import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { systemClock } from '../../server/signaling/clock.ts';
import { Doors } from '../../server/signaling/doors.ts';
import { defaultLimits, type RateName, type SignalingLimits } from '../../server/signaling/limits.ts';
import type { RequestName, RequestOf } from '../../shared/protocol/requests.ts';
import { AttackSocket, noEfforts } from '../bench/abuse/attackSocket.ts';
import { newInvitation } from '../support/invitation.ts';
import { until } from '../support/until.ts';
import { newMeetingId, newSigner, signNext } from '../unit/records/signing.ts';
import { bytes, Gathering } from './signaling/meeting.ts';
import { newFolder, Site, startMedia } from './signaling/site.ts';

let media: LocalMediaRooms;

beforeAll(async () => {
  media = await startMedia();
}, 600_000);
afterAll(() => media.close());

const once = { burst: 1, perSecond: 0.001 };

/** A meeting on a server of its own, with these limits. */
async function gather(
  limits: Partial<SignalingLimits>,
  test: (gathering: Gathering, site: Site) => Promise<void>,
): Promise<void> {
  const folder = await newFolder();
  const site = await Site.start(folder.path, media, limits);
  try {
    await test(await Gathering.open(site), site);
  } finally {
    await site.stop();
    await folder.remove();
  }
}

const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const rtpParameters = {
  codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
};

/** One request of each kind with a rate of its own; whether it would succeed plays no part. */
const asked: {
  [Name in RequestName]?: { rate: RateName; body: (gathering: Gathering) => RequestOf<Name> };
} = {
  'group:commit': {
    rate: 'commits',
    body: ({ groupId }) => ({ groupId, epoch: 99, commit: bytes(10), admitted: [], removed: [] }),
  },
  'group:send': { rate: 'messages', body: ({ groupId }) => ({ groupId, bytes: bytes(10) }) },
  'group:relay': { rate: 'relays', body: () => ({ bytes: bytes(10) }) },
  'record:append': {
    rate: 'records',
    body: ({ script, host }) => ({
      record: signNext(script.chain, host.signer, { type: 'panic', on: true }),
    }),
  },
  'blob:create': { rate: 'blobs', body: () => ({ size: 1_000 }) },
  'media:createTransport': { rate: 'transports', body: () => ({ direction: 'send' }) },
  'media:produce': {
    rate: 'producers',
    body: () => ({ transportId: uuid, kind: 'audio', source: 'microphone', rtpParameters, paused: false }),
  },
  'media:consume': {
    rate: 'consumers',
    body: () => ({ transportId: uuid, producerId: uuid, rtpCapabilities: {} }),
  },
};

describe('what one socket may ask for', () => {
  it.for(Object.entries(asked))('%s', async ([name, { rate, body }]) => {
    // The gathering's own founding is a record.
    const size = rate === 'records' ? { ...once, burst: 2 } : once;
    await gather({ [rate]: size }, async (gathering, site) => {
      const { client } = gathering.host;
      expect(await client.code(name, body(gathering))).not.toBe('rate-limited');
      const refused = await client.refusal(name, body(gathering));
      expect(refused).toMatchObject({ code: 'rate-limited', retry: 'later' });
      expect(site.refusals).toContain(`${name} rate-limited`);
      // Others are not held up.
      const { client: other } = await gathering.arrive();
      expect(await other.code('record:list', { from: 0 })).toBe('ok');
    });
  });

  it('bytes, of whatever kind', async () => {
    await gather({ bytes: { burst: 3_000, perSecond: 1 } }, async ({ host: { client }, groupId }) => {
      expect(await client.code('group:send', { groupId, bytes: bytes(900) })).toBe('ok');
      expect(await client.code('group:send', { groupId, bytes: bytes(5_000) })).toBe('rate-limited');
      expect(await client.code('group:relay', { bytes: bytes(100) })).toBe('ok');
    });
  });
});

describe('what one address may do', () => {
  it('connect so often: whoever comes then waits for a turn', async () => {
    const rates = { connectsAtOncePerAddress: { burst: 1, perSecond: 1 } };
    await gather(rates, async (gathering, site) => {
      const from = performance.now();
      await Promise.all([1, 2].map(() => site.connect(gathering.meeting).until('session:challenge')));
      // However long ago others came: there is one place now, and another a second after it was taken.
      expect(performance.now() - from).toBeGreaterThan(900);
      expect(site.refusals).not.toContain('connect rate-limited');
    });
  });

  it('connect so often: whoever would wait too long is refused, as late as that', async () => {
    const rates = { connectsPerAddress: { burst: 2, perSecond: 0.001 } };
    await gather({ ...rates, connectPatienceMs: 400 }, async (gathering, site) => {
      await gathering.arrive();
      const from = performance.now();
      expect((await site.connect(gathering.meeting).turnedAway()).data).toBeUndefined();
      expect(performance.now() - from).toBeGreaterThan(350);
      expect(site.refusals).toContain('connect rate-limited');
    });
  });

  it('ask for so much before it is let in: its flood is put out, members notice nothing', async () => {
    const rates = { strangersPerAddress: { burst: 20, perSecond: 0.001 } };
    await gather({ ...rates, refusalsInACrowd: 10, newcomerRequests: 20 }, async (gathering, site) => {
      const flooder = site.connect(gathering.meeting);
      await flooder.until('session:challenge');
      const answers = Array.from({ length: 60 }, () => flooder.code('record:list', { from: 0 }));
      expect(await Promise.race(answers)).toBe('not-identified');
      for (let asked = 0; asked < 11; asked++)
        flooder.socket.emit('record:list', { from: 0 }, () => undefined);
      expect(await flooder.until('session:closed')).toEqual({ reason: 'abuse' });
      await Promise.allSettled(answers);
      // Newcomers from the same school come in all the same.
      const { client: newcomer } = await gathering.join();
      expect(await newcomer.code('record:list', { from: 0 })).toBe('ok');
      // One that is not let in and goes on asking is told to come later.
      const { client: waiting } = await gathering.arrive();
      const codes: string[] = [];
      for (let asked = 0; asked < 21; asked++) codes.push(await waiting.code('record:list', { from: 0 }));
      expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'ok'));
      expect(codes.at(-1)).toBe('rate-limited');
      const { client } = gathering.host;
      for (let asked = 0; asked < 20; asked++)
        expect(await client.code('record:list', { from: 0 })).toBe('ok');
    });
  });

  it('ask for so much in all, members included', async () => {
    await gather({ requestsPerAddress: { burst: 60, perSecond: 0.001 } }, async ({ host: { client } }) => {
      const codes = await Promise.all(
        Array.from({ length: 60 }, () => client.code('record:list', { from: 0 })),
      );
      expect(new Set(codes)).toEqual(new Set(['ok', 'rate-limited']));
    });
  });

  it('not go on talking where it was put out', async () => {
    await gather({ refusalsInARow: 5 }, async (gathering, site) => {
      const efforts = noEfforts();
      const talker = new AttackSocket(site.port, gathering.meeting, efforts);
      try {
        await until(
          () => talker.isIn,
          (isIn) => isIn,
          'the talker is connected',
        );
        talker.ask(10);
        // It never says goodbye, and a WebSocket would wait for that for half a minute.
        await until(
          () => efforts.ended,
          (ended) => ended > 0,
          'the connection is cut',
          5_000,
        );
        expect(efforts.answers).toBe(6);
      } finally {
        talker.close();
      }
    });
  });

  it('guess so often: then the guessing socket is closed, and no other', async () => {
    await gather({ wrongSecretsPerAddress: { burst: 2, perSecond: 0.001 } }, async (gathering, site) => {
      const guesser = site.connect(gathering.meeting);
      await guesser.until('session:challenge');
      const guess = () => ({ device: newSigner().device, signature: bytes(64) });
      expect(await guesser.code('session:identify', guess())).toBe('bad-signature');
      expect(await guesser.code('session:identify', guess())).toBe('bad-signature');
      expect(guesser.socket.connected).toBe(true);
      guesser.socket.emit('session:identify', guess(), () => undefined);
      expect(await guesser.until('session:closed')).toEqual({ reason: 'abuse' });
      await gathering.join();
    });
  });

  it('is counted by its /64, of which one customer has all', () => {
    const rates = { requestsPerAddress: once, knocksPerAddress: once };
    const doors = new Doors({ ...defaultLimits, ...rates }, { ...systemClock, now: () => 0 });
    expect(doors.request('2001:db8:1:2::1', true)).toBe(0);
    expect(doors.request('2001:db8:1:2:ffff::9', true)).toBeGreaterThan(0);
    expect(doors.request('2001:db8:1:3::1', true)).toBe(0);
    const meeting = newMeetingId();
    const { body } = newInvitation(meeting);
    doors.knock('2001:db8:1:2::1', meeting, body.key);
    expect(() => doors.knock('2001:db8:1:2::2', meeting, body.key)).toThrow(/./);
  });
});
