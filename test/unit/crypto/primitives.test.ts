import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  hkdfSync,
  sign as nodeSign,
} from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { aeadOpen, aeadSeal } from '../../../client/e2ee/crypto/aead.ts';
import {
  assertSignatureKeyPair,
  sign,
  signatureKeyPair,
  verify,
} from '../../../client/e2ee/crypto/ed25519.ts';
import { CryptoError } from '../../../client/e2ee/crypto/error.ts';
import { hkdfSha256, hkdfSha512 } from '../../../client/e2ee/crypto/hkdf.ts';
import { randomBytes, ready, sodium, wipe } from '../../../client/e2ee/sodium.ts';
import { concat, fromHex, toHex, utf8 } from '../../../shared/bytes.ts';

beforeAll(async () => {
  await ready();
});

const bytes = (options: { minLength?: number; maxLength?: number }) => fc.uint8Array(options);
const exactly = (length: number) => bytes({ minLength: length, maxLength: length });

describe.each([
  ['sha256', hkdfSha256],
  ['sha512', hkdfSha512],
] as const)('HKDF and HMAC on %s', (hash, kdf) => {
  it('agrees with OpenSSL', () => {
    fc.assert(
      fc.property(
        bytes({ maxLength: 300 }),
        bytes({ maxLength: 300 }),
        bytes({ maxLength: 200 }),
        fc.integer({ min: 1, max: 600 }),
        (salt, ikm, info, length) => {
          const prk = kdf.extract(salt, ikm);
          expect(toHex(prk)).toBe(createHmac(hash, salt).update(ikm).digest('hex'));
          const expected = new Uint8Array(hkdfSync(hash, ikm, salt, info, length));
          expect(toHex(kdf.expand(prk, info, length))).toBe(toHex(expected));
          expect(kdf.verifyHmac(salt, prk, ikm)).toBe(true);
          expect(kdf.verifyHmac(salt, prk.subarray(1), ikm)).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a key of another length and too much output', () => {
    expect(() => kdf.expand(new Uint8Array(kdf.size - 1), new Uint8Array(), 16)).toThrow(CryptoError);
    expect(() => kdf.expand(new Uint8Array(kdf.size), new Uint8Array(), 255 * kdf.size + 1)).toThrow(
      CryptoError,
    );
  });
});

describe('ChaCha20-Poly1305', () => {
  it('agrees with OpenSSL in both directions', () => {
    fc.assert(
      fc.property(
        exactly(32),
        exactly(12),
        bytes({ maxLength: 100 }),
        bytes({ maxLength: 500 }),
        (key, nonce, aad, plaintext) => {
          const sealed = aeadSeal(key, nonce, aad, plaintext);
          const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 }).setAAD(aad, {
            plaintextLength: plaintext.length,
          });
          const expected = concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
          expect(toHex(sealed)).toBe(toHex(expected));
          const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
          decipher.setAAD(aad, { plaintextLength: plaintext.length });
          decipher.setAuthTag(sealed.subarray(-16));
          expect(toHex(concat(decipher.update(sealed.subarray(0, -16)), decipher.final()))).toBe(
            toHex(plaintext),
          );
          expect(toHex(aeadOpen(key, nonce, aad, sealed))).toBe(toHex(plaintext));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a change of any bit of ciphertext, tag and additional data', () => {
    const key = randomBytes(32);
    const nonce = randomBytes(12);
    const sealed = aeadSeal(key, nonce, utf8('aad'), utf8('plaintext'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => aeadOpen(key, nonce, utf8('aad'), changed)).toThrow('does not authenticate');
    }
    expect(() => aeadOpen(key, nonce, utf8('aaD'), sealed)).toThrow('does not authenticate');
    expect(() => aeadOpen(key, nonce, utf8('aad'), sealed.subarray(0, 7))).toThrow('does not authenticate');
    expect(() => aeadOpen(key.subarray(1), nonce, utf8('aad'), sealed)).toThrow(CryptoError);
    expect(() => aeadSeal(key, nonce.subarray(1), utf8('aad'), sealed)).toThrow(CryptoError);
  });
});

describe('Ed25519', () => {
  it('gives the signature of RFC 8032, section 7.1, test 2', () => {
    const pair = signatureKeyPair(
      fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
    );
    expect(toHex(pair.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    expect(toHex(sign(pair.privateKey, fromHex('72')))).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  it('agrees with OpenSSL and refuses changed messages', () => {
    fc.assert(
      fc.property(exactly(32), bytes({ maxLength: 200 }), (seed, message) => {
        const pair = signatureKeyPair(seed);
        assertSignatureKeyPair(pair);
        const signature = sign(pair.privateKey, message);
        const der = concat(fromHex('302e020100300506032b657004220420'), seed);
        const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
        expect(toHex(signature)).toBe(nodeSign(null, message, key).toString('hex'));
        expect(verify(pair.publicKey, message, signature)).toBe(true);
        expect(verify(pair.publicKey, concat(message, new Uint8Array(1)), signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('answers false, not an exception, for keys and signatures of a wrong shape', () => {
    const { publicKey, privateKey } = signatureKeyPair();
    const signature = sign(privateKey, utf8('m'));
    expect(verify(publicKey.subarray(1), utf8('m'), signature)).toBe(false);
    expect(verify(publicKey, utf8('m'), signature.subarray(1))).toBe(false);
    expect(verify(new Uint8Array(32), utf8('m'), signature)).toBe(false);
  });

  it('refuses halves that do not belong together', () => {
    const { privateKey } = signatureKeyPair();
    expect(() => assertSignatureKeyPair({ publicKey: signatureKeyPair().publicKey, privateKey })).toThrow(
      CryptoError,
    );
    expect(() => sign(privateKey.subarray(32), utf8('m'))).toThrow(CryptoError);
  });
});

describe('libsodium', () => {
  it('hashes with SHA-512', () => {
    expect(toHex(sodium().crypto_hash(utf8('abc')))).toBe(createHash('sha512').update('abc').digest('hex'));
  });

  it('gives random bytes beyond one call of the platform', () => {
    const random = randomBytes(200_000);
    expect(random).toHaveLength(200_000);
    for (const start of [0, 65_536, 131_072, 196_000]) {
      expect(random.subarray(start, start + 64).some((byte) => byte !== 0)).toBe(true);
    }
  });

  it('wipes', () => {
    const secret = randomBytes(32);
    wipe(secret);
    expect(secret).toEqual(new Uint8Array(32));
  });
});
