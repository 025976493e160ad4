import { beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../../client/e2ee/crypto/ed25519.ts';
import { displayName, makeCard, readCard } from '../../../client/e2ee/identity/card.ts';
import {
  deviceIdentity,
  identifyInput,
  newDeviceSeed,
  signChallenge,
} from '../../../client/e2ee/identity/device.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { fromUtf8, toHex, utf8 } from '../../../shared/bytes.ts';
import { newMeetingId } from '../records/signing.ts';

beforeAll(() => ready());

describe('a device', () => {
  it('has one lasting key, and one key per meeting that leads nowhere else', () => {
    const seed = newDeviceSeed();
    const [here, there] = [newMeetingId(), newMeetingId()];
    const first = deviceIdentity(seed, here);
    const again = deviceIdentity(seed, here);
    const elsewhere = deviceIdentity(seed, there);
    expect(again).toEqual(first);
    expect(elsewhere.key).not.toBe(first.key);
    expect(toHex(elsewhere.lasting.publicKey)).toBe(toHex(first.lasting.publicKey));
    expect(toHex(first.lasting.publicKey)).not.toBe(toHex(first.meeting.publicKey));
    expect(deviceIdentity(newDeviceSeed(), here).key).not.toBe(first.key);
  });

  it('proves itself for one meeting and one nonce', () => {
    const meeting = newMeetingId();
    const identity = deviceIdentity(newDeviceSeed(), meeting);
    const nonce = randomBytes(32);
    const signature = signChallenge(identity, meeting, nonce);
    const holds = (input: Uint8Array) => verify(identity.meeting.publicKey, input, signature);
    expect(holds(identifyInput(meeting, nonce))).toBe(true);
    expect(holds(identifyInput(meeting, randomBytes(32)))).toBe(false);
    expect(holds(identifyInput(newMeetingId(), nonce))).toBe(false);
    expect(holds(nonce)).toBe(false);
  });
});

describe('a card', () => {
  const meeting = newMeetingId();

  it('comes back with its name and lasting key', () => {
    const identity = deviceIdentity(newDeviceSeed(), meeting);
    const card = readCard(makeCard(identity, meeting, ' 林 Lin '), meeting, identity.key);
    expect(card).toMatchObject({ name: '林 Lin', idToken: undefined });
    expect(readCard(makeCard(identity, meeting, 'Lin', 'a.b.c'), meeting, identity.key)?.idToken).toBe(
      'a.b.c',
    );
  });

  it('belongs to one leaf key in one meeting', () => {
    const identity = deviceIdentity(newDeviceSeed(), meeting);
    const other = deviceIdentity(newDeviceSeed(), meeting);
    const card = makeCard(identity, meeting, 'Lin');
    expect(readCard(card, meeting, other.key)).toBeNull();
    expect(readCard(card, newMeetingId(), identity.key)).toBeNull();
  });

  it('cannot claim the lasting key of another, nor be changed', () => {
    const identity = deviceIdentity(newDeviceSeed(), meeting);
    const victim = deviceIdentity(newDeviceSeed(), meeting);
    const own = JSON.parse(fromUtf8(makeCard(identity, meeting, 'Lin')));
    const theirs = JSON.parse(fromUtf8(makeCard(victim, meeting, 'Lin')));
    const forged = [
      { ...own, lasting: theirs.lasting },
      { ...own, lasting: theirs.lasting, signature: theirs.signature },
      { ...own, v: 2 },
      { ...own, extra: 1 },
      { ...own, name: '' },
      { ...own, signature: '' },
      { ...own, signature: 'AAAA' },
      {},
      null,
    ];
    for (const content of forged) {
      expect(readCard(utf8(JSON.stringify(content)), meeting, identity.key)).toBeNull();
    }
    expect(readCard(randomBytes(80), meeting, identity.key)).toBeNull();
  });
});

it('names show what they are', () => {
  for (const name of ['Lin', '陳', 'Ana María', 'O’Neill', 'ab']) {
    expect(displayName.safeParse(name).success, name).toBe(true);
  }
  const bad = [
    '',
    '   ',
    'a\u202eb',
    'a\u2066b',
    'a\nb',
    'a\u0000b',
    'x'.repeat(61),
    '\u200f',
    '\ud800',
    '\u200b\u2060',
  ];
  for (const name of bad) expect(displayName.safeParse(name).success, JSON.stringify(name)).toBe(false);
});
