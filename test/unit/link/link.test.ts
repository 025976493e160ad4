import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeFragment,
  encodeFragment,
  LinkError,
  linkPath,
  type MeetingLink,
  parseLink,
} from '../../../client/e2ee/link/link.ts';
import {
  hostFingerprint,
  isHostOfLink,
  linkKey,
  newLinkSecrets,
} from '../../../client/e2ee/link/linkKeys.ts';
import { hostKeyPair, newHostSecrets } from '../../../client/e2ee/records/hostSecrets.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { toBase64Url, toHex } from '../../../shared/bytes.ts';
import { newMeetingId } from '../records/signing.ts';

beforeAll(() => ready());

const newHost = () => hostKeyPair(newHostSecrets()).key;
const newLink = (): MeetingLink => ({ meeting: newMeetingId(), ...newLinkSecrets(newHost()) });

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
    });
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
    for (const version of [0, 2, 255]) {
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
  it('differ by purpose, meeting and secret, and by nothing else', () => {
    const link = newLink();
    const purposes = ['psk', 'knock-mac', 'return-knock'] as const;
    const others = [link, { ...link, meeting: newMeetingId() }, { ...link, secret: randomBytes(16) }];
    const keys = others.flatMap((each) => purposes.map((purpose) => toHex(linkKey(each, purpose))));
    expect(new Set(keys).size).toBe(9);
    expect(toHex(linkKey({ ...link, fingerprint: randomBytes(20) }, 'psk'))).toBe(
      toHex(linkKey(link, 'psk')),
    );
  });

  it('the fingerprint names one host key', () => {
    const host = newHost();
    const secrets = newLinkSecrets(host);
    expect(isHostOfLink(host, secrets)).toBe(true);
    expect(isHostOfLink(newHost(), secrets)).toBe(false);
    for (let i = 0; i < 20; i++) {
      const fingerprint = hostFingerprint(host).map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(isHostOfLink(host, { ...secrets, fingerprint })).toBe(false);
    }
    expect(isHostOfLink(host, { ...secrets, fingerprint: secrets.fingerprint.slice(0, 19) })).toBe(false);
  });

  it('two links of one host have two secrets', () => {
    const host = newHost();
    expect(toHex(newLinkSecrets(host).secret)).not.toBe(toHex(newLinkSecrets(host).secret));
  });
});
