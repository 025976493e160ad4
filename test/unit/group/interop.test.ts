import { createHash } from 'node:crypto';
import {
  type Ciphersuite,
  type CiphersuiteImpl,
  type CiphersuiteName,
  defaultCryptoProvider,
  getCiphersuiteFromName,
} from 'ts-mls';
import { beforeAll, describe, expect, it } from 'vitest';
import { hkdfSha256, hkdfSha512 } from '../../../client/e2ee/crypto/hkdf.ts';
import { x25519, xWing } from '../../../client/e2ee/crypto/kem.ts';
import { ciphersuite, makeCiphersuite, suiteName } from '../../../client/e2ee/group/suite.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { playHistory } from './history.ts';

/**
 * Groups that mix our provider on libsodium with the library's default one (WebCrypto, noble, mlkem),
 * which shares no primitive with it, X-Wing's ML-KEM included.
 */

const SEED = Number(process.env.TEST_SEED ?? 20_261_124);
const STEPS = Number(process.env.TEST_STEPS ?? 100);
const SUITE_3 = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519';
const X_WING = 'MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519';

type Both = readonly [ours: CiphersuiteImpl, library: CiphersuiteImpl];

beforeAll(async () => {
  await ready();
});

const hash = (name: 'sha256' | 'sha512') => (data: Uint8Array) =>
  Uint8Array.from(createHash(name).update(data).digest());

/** The library's provider under one of our private-use numbers: it makes any suite it has the parts of. */
function libraryAs(name: CiphersuiteName, parts: Omit<Ciphersuite, 'name'>): Promise<CiphersuiteImpl> {
  return defaultCryptoProvider.getCiphersuiteImpl({ ...parts, name });
}

const suites = {
  // As in meetings: X-Wing under its private-use number.
  'x-wing': async () =>
    Promise.all([ciphersuite('x-wing'), libraryAs(suiteName('x-wing'), getCiphersuiteFromName(X_WING))]),
  x25519: async () =>
    Promise.all([
      ciphersuite('x25519'),
      libraryAs(suiteName('x25519'), {
        hash: 'SHA-512',
        hpke: { kem: 'DHKEM-X25519-HKDF-SHA256', aead: 'CHACHA20POLY1305', kdf: 'HKDF-SHA512' },
        signature: 'Ed25519',
      }),
    ]),
  // The same X-Wing suite as the library names and numbers it.
  'library x-wing': async () => [
    makeCiphersuite(X_WING, { kem: xWing, kdf: hkdfSha512 }, hash('sha512')),
    await defaultCryptoProvider.getCiphersuiteImpl(getCiphersuiteFromName(X_WING)),
  ],
  // The registered suite 3. The standard libsodium build has HMAC but no plain hash on SHA-256.
  'suite 3': async () => [
    makeCiphersuite(SUITE_3, { kem: x25519, kdf: hkdfSha256 }, hash('sha256')),
    await defaultCryptoProvider.getCiphersuiteImpl(getCiphersuiteFromName(SUITE_3)),
  ],
} as const satisfies Record<string, () => Promise<Both>>;

/** One history of each suite of meetings; in a long run more of them, and of the registered suites. */
const histories = [
  ['x-wing', 0],
  ['x25519', 3],
] as const;
const further = [
  ['x-wing', 1],
  ['library x-wing', 2],
  ['suite 3', 4],
  ['suite 3', 5],
] as const;

describe.each(STEPS > 100 ? [...histories, ...further] : histories)(
  '%s, random history %i',
  (name, index) => {
    it('both providers agree at every step', { timeout: 120_000 }, async () => {
      const played = await playHistory(await suites[name](), SEED + index, STEPS);
      expect(played.commits + played.messages).toBe(STEPS);
      const kinds = ['commit', 'message', 'welcome'];
      const ways = kinds.flatMap((kind) => ['0>0', '0>1', '1>0', '1>1'].map((way) => `${kind} ${way}`));
      expect([...played.read].sort()).toEqual(ways);
    });
  },
);
