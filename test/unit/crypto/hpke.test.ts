import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aeadOpen, aeadSeal } from '../../../client/e2ee/crypto/aead.ts';
import { CryptoError } from '../../../client/e2ee/crypto/error.ts';
import { hkdfSha256, hkdfSha512 } from '../../../client/e2ee/crypto/hkdf.ts';
import {
  type HpkeSuite,
  hpkeExport,
  hpkeKeyPair,
  hpkeOpen,
  hpkeOpenFrom,
  hpkeReceiver,
  hpkeSchedule,
  hpkeSeal,
  hpkeSealTo,
} from '../../../client/e2ee/crypto/hpke.ts';
import { encapsulateWith, x25519, xWing } from '../../../client/e2ee/crypto/kem.ts';
import { ready, sodium } from '../../../client/e2ee/sodium.ts';
import { fromHex, toHex, utf8 } from '../../../shared/bytes.ts';

beforeAll(async () => {
  await ready();
});

/** Of appendix A, the setups with X25519 in base mode. */
const file = new URL('../vectors/hpke-rfc9180.json', import.meta.url);
const hex = z.string().transform(fromHex);
const vector = z.object({
  mode: z.number(),
  kem_id: z.number(),
  kdf_id: z.number(),
  aead_id: z.number(),
  info: hex,
  ikmE: hex,
  ikmR: hex,
  pkEm: hex,
  skEm: hex,
  pkRm: hex,
  skRm: hex,
  enc: hex,
  shared_secret: hex,
  key: hex.optional(),
  base_nonce: hex.optional(),
  exporter_secret: hex,
  encryptions: z.array(
    z.object({ sequence_number: z.coerce.number(), pt: hex, aad: hex, nonce: hex, ct: hex }),
  ),
  exports: z.array(z.object({ exporter_context: hex, L: z.coerce.number(), exported_value: hex })),
});

describe('HPKE base mode on the vectors of RFC 9180, appendix A', () => {
  const all = z.array(vector).parse(JSON.parse(readFileSync(file, 'utf8')));
  const kemVectors = all.filter(({ mode, kem_id }) => mode === 0 && kem_id === x25519.id);
  const vectors = kemVectors.filter(({ aead_id, kdf_id }) => aead_id === 3 && kdf_id === hkdfSha256.id);
  const suite: HpkeSuite = { kem: x25519, kdf: hkdfSha256 };

  it('finds the setups', () => {
    expect(kemVectors).toHaveLength(3);
    expect(vectors).toHaveLength(1);
  });

  it.each(kemVectors)('DHKEM(X25519) with AEAD $aead_id', (v) => {
    const ephemeral = x25519.derive(v.ikmE);
    expect(toHex(ephemeral.privateKey)).toBe(toHex(v.skEm));
    expect(toHex(ephemeral.publicKey)).toBe(toHex(v.pkEm));
    const recipient = x25519.derive(v.ikmR);
    expect(toHex(recipient.privateKey)).toBe(toHex(v.skRm));
    expect(toHex(recipient.publicKey)).toBe(toHex(v.pkRm));
    const { sharedSecret, encapsulation } = encapsulateWith(ephemeral, recipient.publicKey);
    expect(toHex(encapsulation)).toBe(toHex(v.enc));
    expect(toHex(sharedSecret)).toBe(toHex(v.shared_secret));
    expect(toHex(x25519.decapsulate(v.skRm, v.enc))).toBe(toHex(v.shared_secret));
  });

  it.each(vectors)('X25519, HKDF-SHA256, ChaCha20-Poly1305', (v) => {
    const context = hpkeSchedule(suite, v.shared_secret, v.info);
    expect(toHex(context.key)).toBe(toHex(v.key ?? new Uint8Array()));
    expect(toHex(context.baseNonce)).toBe(toHex(v.base_nonce ?? new Uint8Array()));
    expect(toHex(context.exporterSecret)).toBe(toHex(v.exporter_secret));
    expect(v.encryptions.length).toBeGreaterThan(0);
    for (const { pt, aad, nonce, ct } of v.encryptions) {
      expect(toHex(aeadSeal(context.key, nonce, aad, pt))).toBe(toHex(ct));
      expect(toHex(aeadOpen(context.key, nonce, aad, ct))).toBe(toHex(pt));
    }
    expect(v.exports.length).toBeGreaterThan(0);
    for (const { exporter_context, L, exported_value } of v.exports) {
      expect(toHex(hpkeExport(suite, context, exporter_context, L))).toBe(toHex(exported_value));
    }
    const received = hpkeReceiver(suite, v.skRm, v.enc, v.info);
    expect(toHex(received.exporterSecret)).toBe(toHex(v.exporter_secret));
    const first = v.encryptions.find(({ sequence_number }) => sequence_number === 0);
    if (first === undefined) throw new Error('the vectors have no first message');
    const sealed = { encapsulation: v.enc, ciphertext: first.ct };
    expect(toHex(hpkeOpenFrom(suite, v.skRm, sealed, v.info, first.aad))).toBe(toHex(first.pt));
  });
});

// draft-connolly-cfrg-xwing-kem, appendix C; of the long values the two ends.
const xWingVectors = [
  {
    seed: '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
    coins:
      '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
    publicKey: ['e2236b35a8c24b39b10aa1323a96a919', '3d4ba32d9abac8cd049040ef6534'],
    ciphertext: ['b83aa828d4d62b9a83ceffe1d3d3bb1e', '5030145cfb97e63e0e41d354274a079d3e6fb2e15'],
    sharedSecret: 'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
  },
  {
    seed: 'badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea',
    coins:
      '17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d',
    publicKey: ['0333285fa253661508c9fb444852caa4', '6d96ea8a160b8843f1c89c62'],
    ciphertext: ['c93beb22326705699bbc3d1d0aa6339b', '4127ae66312f4ae3ea155b67'],
    sharedSecret: 'f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150',
  },
] as const;

describe('X-Wing', () => {
  it.each(xWingVectors)('gives the shared secret of the draft: $sharedSecret', (v) => {
    const publicKey = xWing.publicKey(fromHex(v.seed));
    expect(toHex(publicKey).startsWith(v.publicKey[0])).toBe(true);
    expect(toHex(publicKey).endsWith(v.publicKey[1])).toBe(true);
    const sent = sodium().crypto_kem_xwing_enc_deterministic(publicKey, fromHex(v.coins));
    expect(toHex(sent.ciphertext).startsWith(v.ciphertext[0])).toBe(true);
    expect(toHex(sent.ciphertext).endsWith(v.ciphertext[1])).toBe(true);
    expect(toHex(sent.sharedSecret)).toBe(v.sharedSecret);
    expect(toHex(xWing.decapsulate(fromHex(v.seed), sent.ciphertext))).toBe(v.sharedSecret);
  });
});

describe.each([
  ['X-Wing', { kem: xWing, kdf: hkdfSha512 }],
  ['X25519 with SHA-512', { kem: x25519, kdf: hkdfSha512 }],
  ['X25519 with SHA-256', { kem: x25519, kdf: hkdfSha256 }],
] as const)('HPKE on %s', (_, suite) => {
  it('opens what it seals, and nothing that was changed', () => {
    const { publicKey, privateKey } = suite.kem.generate();
    const sealed = hpkeSealTo(suite, publicKey, utf8('info'), utf8('aad'), utf8('plaintext'));
    expect(hpkeOpenFrom(suite, privateKey, sealed, utf8('info'), utf8('aad'))).toEqual(utf8('plaintext'));
    const open = (info: string, aad: string, change: Partial<typeof sealed>, key = privateKey) =>
      hpkeOpenFrom(suite, key, { ...sealed, ...change }, utf8(info), utf8(aad));
    expect(() => open('other', 'aad', {})).toThrow('does not authenticate');
    expect(() => open('info', 'other', {})).toThrow('does not authenticate');
    expect(() => open('info', 'aad', {}, suite.kem.generate().privateKey)).toThrow('does not authenticate');
    const other = hpkeSealTo(suite, publicKey, utf8('info'), utf8('aad'), utf8('plaintext'));
    expect(() => open('info', 'aad', { encapsulation: other.encapsulation })).toThrow(
      'does not authenticate',
    );
    expect(() => open('info', 'aad', { encapsulation: sealed.encapsulation.subarray(1) })).toThrow(
      CryptoError,
    );
  });

  it('refuses keys outside the group', () => {
    const { publicKeyLength } = suite.kem;
    // All zeros is a point of small order for X25519; all ones is no reduced ML-KEM key.
    const bad = new Uint8Array(publicKeyLength).fill(suite.kem === xWing ? 0xff : 0);
    expect(() => suite.kem.encapsulate(bad)).toThrow(CryptoError);
    expect(() => suite.kem.encapsulate(new Uint8Array(publicKeyLength - 1))).toThrow(CryptoError);
  });
});

describe('hpkeSeal', () => {
  it('seals into one array for an X-Wing key made from a seed', () => {
    const seed = fromHex(xWingVectors[0].seed);
    const pair = hpkeKeyPair(seed);
    expect(pair.privateKey).toEqual(seed);
    const sealed = hpkeSeal(pair.publicKey, utf8('info'), utf8('aad'), utf8('knock'));
    expect(sealed).toHaveLength(1120 + 5 + 16);
    expect(hpkeOpen(pair.privateKey, utf8('info'), utf8('aad'), sealed)).toEqual(utf8('knock'));
    expect(() => hpkeOpen(pair.privateKey, utf8('info'), utf8('aad'), sealed.subarray(0, 1120))).toThrow(
      CryptoError,
    );
    for (const at of [0, 1119, 1120, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => hpkeOpen(pair.privateKey, utf8('info'), utf8('aad'), changed)).toThrow(
        'does not authenticate',
      );
    }
  });
});
