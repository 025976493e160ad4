import { argon2Sync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { meetingKey } from '../../../client/e2ee/link/access.ts';
import {
  invitationKeys,
  newMeetingSecret,
  unwrapMeetingSecret,
  wrapMeetingSecret,
} from '../../../client/e2ee/link/invitation.ts';
import {
  decodeFragment,
  encodeFragment,
  LinkError,
  linkPath,
  type MeetingLink,
  parseLink,
} from '../../../client/e2ee/link/link.ts';
import { hostFingerprint, isHostOfLink, newLinkSecrets } from '../../../client/e2ee/link/linkKeys.ts';
import { stretchPassphrase } from '../../../client/e2ee/link/passphrase.ts';
import { hostKeyPair, newHostSecrets } from '../../../client/e2ee/records/hostSecrets.ts';
import { randomBytes, ready, sodium } from '../../../client/e2ee/sodium.ts';
import { concat, fromBase64Url, toBase64Url, toHex, utf8 } from '../../../shared/bytes.ts';
import { newMeetingId } from '../records/signing.ts';

beforeAll(() => ready());

const newHost = () => hostKeyPair(newHostSecrets()).key;
const newLink = (): MeetingLink => ({
  meeting: newMeetingId(),
  ...newLinkSecrets(hostFingerprint(newHost())),
});

describe('links', () => {
  it('come back as they were, whole and as a path', () => {
    const link = newLink();
    for (const text of [linkPath(link), `https://meet.example${linkPath(link)}`, `  ${linkPath(link)}\n`]) {
      expect(parseLink(text)).toEqual(link);
    }
    expect(encodeFragment(link)).toHaveLength(50);
    expect(decodeFragment(`#${encodeFragment(link)}`)).toEqual({
      secret: link.secret,
      fingerprint: link.fingerprint,
      passphrase: false,
    });
    const locked = { ...link, passphrase: true };
    expect(parseLink(linkPath(locked))).toEqual(locked);
  });

  it('damaged in any one character are refused or lead elsewhere', () => {
    const link = newLink();
    const path = linkPath(link);
    const start = '/m/'.length;
    for (let i = start; i < path.length; i++) {
      for (const other of ['A', 'z', '7', '-', '_', '+', ' ', '%', 'é']) {
        if (path[i] === other) continue;
        const damaged = path.slice(0, i) + other + path.slice(i + 1);
        let read: MeetingLink | null = null;
        try {
          read = parseLink(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(LinkError);
        }
        if (read) expect(read, damaged).not.toEqual(link);
      }
    }
  });

  it('cut or lengthened at any place are refused', () => {
    const path = linkPath(newLink());
    for (let length = 0; length < path.length; length++) {
      expect(() => parseLink(path.slice(0, length)), `${length}`).toThrow(LinkError);
    }
    for (const more of ['A', '==', '#x', 'AAAA']) expect(() => parseLink(path + more)).toThrow(LinkError);
  });

  it('of another version are refused', () => {
    const { secret, fingerprint } = newLink();
    for (const version of [0, 3, 255]) {
      const fragment = toBase64Url(Uint8Array.of(version, ...secret, ...fingerprint));
      expect(() => decodeFragment(fragment)).toThrow(LinkError);
    }
  });

  it('say nothing of the secret in their error', () => {
    const fragment = encodeFragment(newLink());
    expect(() => decodeFragment(fragment.slice(0, -1))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(fragment.slice(0, 8)) }),
    );
  });
});

describe('keys from the link', () => {
  it('differ by purpose, meeting and meeting secret', () => {
    const access = { meeting: newMeetingId(), secret: newMeetingSecret() };
    const purposes = ['psk', 'return-knock', 'label'] as const;
    const others = [
      access,
      { ...access, meeting: newMeetingId() },
      { ...access, secret: newMeetingSecret() },
    ];
    const keys = others.flatMap((each) => purposes.map((purpose) => toHex(meetingKey(each, purpose))));
    expect(new Set(keys).size).toBe(9);
  });

  it('open the meeting’s secret to holders of an invitation, and to nobody else', () => {
    const { meeting, secret } = newLink();
    const shared = newMeetingSecret();
    const keys = invitationKeys(meeting, secret, null);
    const wrapped = wrapMeetingSecret(meeting, keys, shared);
    expect(toHex(unwrapMeetingSecret(meeting, keys, wrapped) ?? new Uint8Array())).toBe(toHex(shared));
    const strangers = [
      invitationKeys(meeting, randomBytes(16), null),
      invitationKeys(newMeetingId(), secret, null),
      invitationKeys(meeting, secret, randomBytes(32)),
    ];
    for (const other of strangers) {
      expect(other.key).not.toBe(keys.key);
      expect(unwrapMeetingSecret(meeting, other, wrapped)).toBeNull();
    }
    expect(unwrapMeetingSecret(newMeetingId(), keys, wrapped)).toBeNull();
    for (let i = 0; i < 48; i++) {
      const bytes = fromBase64Url(wrapped);
      bytes[i] = (bytes[i] ?? 0) ^ 1;
      expect(unwrapMeetingSecret(meeting, keys, toBase64Url(bytes))).toBeNull();
    }
  });

  it('the fingerprint names one host key', () => {
    const host = newHost();
    const secrets = newLinkSecrets(hostFingerprint(host));
    expect(isHostOfLink(host, secrets)).toBe(true);
    expect(isHostOfLink(newHost(), secrets)).toBe(false);
    for (let i = 0; i < 20; i++) {
      const fingerprint = hostFingerprint(host).map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(isHostOfLink(host, { ...secrets, fingerprint })).toBe(false);
    }
    expect(isHostOfLink(host, { ...secrets, fingerprint: secrets.fingerprint.slice(0, 19) })).toBe(false);
  });

  it('two links of one host have two secrets', () => {
    const host = hostFingerprint(newHost());
    expect(toHex(newLinkSecrets(host).secret)).not.toBe(toHex(newLinkSecrets(host).secret));
  });
});

describe('a passphrase', () => {
  it('is what OpenSSL’s Argon2id makes of it, and of use with one link only', async () => {
    const { meeting, secret } = newLink();
    const stretched = await stretchPassphrase(meeting, { secret }, '  Ｌotus 蓮花 ');
    const salt = sodium().crypto_generichash(16, concat(secret, fromBase64Url(meeting)), null);
    const expected = argon2Sync('argon2id', {
      message: utf8('Lotus 蓮花'),
      nonce: salt,
      parallelism: 1,
      tagLength: 32,
      memory: 64 * 1024,
      passes: 3,
    });
    expect(toHex(stretched)).toBe(toHex(expected));
    const other = await stretchPassphrase(meeting, { secret: randomBytes(16) }, 'Lotus 蓮花');
    expect(toHex(other)).not.toBe(toHex(stretched));
  });
});
