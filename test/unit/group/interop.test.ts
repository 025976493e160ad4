import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { hkdfSha256 } from '../../../client/e2ee/crypto/hkdf.ts';
import { x25519 } from '../../../client/e2ee/crypto/kem.ts';
import { ciphersuite, makeCiphersuite, suiteName } from '../../../client/e2ee/group/suite.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { playHistory } from './history.ts';
import { otherCiphersuite } from './otherProvider.ts';

const SEED = Number(process.env.SEALROOM_SEED ?? 20_261_124);
const STEPS = Number(process.env.SEALROOM_STEPS ?? 400);
const SUITE_3 = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519';

beforeAll(async () => {
  await ready();
});

/** Both providers of a suite: ours on libsodium, and the library's. */
const suites = {
  'x-wing': () =>
    Promise.all([
      ciphersuite('x-wing'),
      otherCiphersuite({ name: suiteName('x-wing'), kem: 'X-Wing', hash: 'SHA-512' }),
    ]),
  x25519: () =>
    Promise.all([
      ciphersuite('x25519'),
      otherCiphersuite({ name: suiteName('x25519'), kem: 'DHKEM-X25519-HKDF-SHA256', hash: 'SHA-512' }),
    ]),
  // The registered suite 3. The standard libsodium build has HMAC but no plain hash on SHA-256.
  'suite 3': () =>
    Promise.all([
      makeCiphersuite(SUITE_3, { kem: x25519, kdf: hkdfSha256 }, (data) =>
        Uint8Array.from(createHash('sha256').update(data).digest()),
      ),
      otherCiphersuite({ name: SUITE_3, kem: 'DHKEM-X25519-HKDF-SHA256', hash: 'SHA-256' }),
    ]),
} as const;

describe.each([
  ['x-wing', 0],
  ['x-wing', 1],
  ['x25519', 2],
  ['x25519', 3],
  ['suite 3', 4],
] as const)('%s, random history %i', (name, index) => {
  it('both providers agree at every step', { timeout: 120_000 }, async () => {
    const counts = await playHistory(await suites[name](), SEED + index, STEPS);
    expect(counts.commits + counts.messages).toBe(STEPS);
    expect(counts.joins).toBeGreaterThan(0);
  });
});
