import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { Doors } from '../../server/signaling/doors.ts';
import { defaultLimits, type RateName } from '../../server/signaling/limits.ts';
import type { RequestName, RequestOf } from '../../shared/protocol/requests.ts';
import { newInvitation } from '../support/invitation.ts';
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
  limits: Partial<Record<RateName, { burst: number; perSecond: number }>>,
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
  it('connect so often', async () => {
    await gather({ connectsPerAddress: { burst: 2, perSecond: 0.001 } }, async (gathering, site) => {
      await gathering.arrive();
      const refused = await site.connect(gathering.meeting).refusedAtDoor();
      expect(refused).toMatchObject({ code: 'rate-limited', retry: 'later' });
      expect(site.refusals).toContain('connect rate-limited');
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
    const doors = new Doors({ ...defaultLimits, connectsPerAddress: once, knocksPerAddress: once }, () => 0);
    doors.connect('2001:db8:1:2::1');
    expect(() => doors.connect('2001:db8:1:2:ffff::9')).toThrow(/./);
    doors.connect('2001:db8:1:3::1');
    const meeting = newMeetingId();
    const { body } = newInvitation(meeting);
    doors.knock('2001:db8:1:2::1', meeting, body.key);
    expect(() => doors.knock('2001:db8:1:2::2', meeting, body.key)).toThrow(/./);
  });
});
