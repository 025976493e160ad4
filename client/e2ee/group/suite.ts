import type { CiphersuiteImpl, CiphersuiteName, PrivateKey, PublicKey } from 'ts-mls';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { sign, signatureKeyPair, verify } from '../crypto/ed25519.ts';
import { expectLength } from '../crypto/error.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import {
  type HpkeSuite,
  hpkeExport,
  hpkeOpenFrom,
  hpkeReceiver,
  hpkeSealTo,
  hpkeSender,
} from '../crypto/hpke.ts';
import { x25519, xWing } from '../crypto/kem.ts';
import { randomBytes, ready, sodium } from '../sodium.ts';

/**
 * The group's ciphersuite: `x-wing` is the post-quantum default, `x25519` has far smaller commits and
 * is for very large rooms. Both use ChaCha20-Poly1305, SHA-512 and Ed25519.
 */
export type GroupSuite = 'x-wing' | 'x25519';

/**
 * MLS suite numbers from the private-use range (RFC 9420 section 17.1). X25519 is joined with SHA-512
 * instead of the registered suite 3, because SHA-512 runs synchronously on the standard libsodium
 * build and SHA-256 does not: asynchronous hashing of tree nodes is what makes large groups slow.
 */
export const suiteIds = { 'x-wing': 0xf001, x25519: 0xf002 } as const satisfies Record<GroupSuite, number>;

const hpkeSuites: Record<GroupSuite, HpkeSuite> = {
  'x-wing': { kem: xWing, kdf: hkdfSha512 },
  x25519: { kem: x25519, kdf: hkdfSha512 },
};

/** HPKE public key length of a suite, bytes. */
export function hpkePublicKeyLength(suite: GroupSuite): number {
  return hpkeSuites[suite].kem.publicKeyLength;
}

/** The library's name of a suite: numbers it does not know are carried as decimal text. */
export function suiteName(suite: GroupSuite): CiphersuiteName {
  return wireName(suiteIds[suite]);
}

/** The suite the library's name stands for, or undefined for any this project does not use. */
export function suiteFromName(name: string): GroupSuite | undefined {
  if (name === suiteName('x-wing')) return 'x-wing';
  return name === suiteName('x25519') ? 'x25519' : undefined;
}

function wireName(id: number): CiphersuiteName {
  // The library encodes and decodes unknown numbers as their decimal text but types only known names.
  return String(id) as CiphersuiteName;
}

/** The ciphersuite's functions for the library; loads libsodium. */
export async function ciphersuite(suite: GroupSuite): Promise<CiphersuiteImpl> {
  await ready();
  return makeCiphersuite(suiteName(suite), hpkeSuites[suite], (data) => sodium().crypto_hash(data));
}

/** A library ciphersuite on the primitives of `client/e2ee/crypto`; `digest` must match the KDF's hash. */
export function makeCiphersuite(
  name: CiphersuiteName,
  hpke: HpkeSuite,
  digest: (data: Uint8Array) => Uint8Array,
): CiphersuiteImpl {
  const { kem, kdf } = hpke;
  return {
    name,
    rng: { randomBytes },
    hash: {
      digest: async (data) => digest(data),
      mac: async (key, data) => kdf.hmac(key, data),
      verifyMac: async (key, tag, data) => kdf.verifyHmac(key, tag, data),
    },
    kdf: {
      size: kdf.size,
      extract: async (salt, ikm) => kdf.extract(salt, ikm),
      expand: async (prk, info, length) => kdf.expand(prk, info, length),
    },
    signature: {
      sign: async (privateKey, message) => sign(privateKey, message),
      verify: async (publicKey, message, signature) => verify(publicKey, message, signature),
      keygen: async () => {
        const { publicKey, privateKey } = signatureKeyPair();
        return { publicKey, signKey: privateKey };
      },
    },
    hpke: {
      keyLength: chacha20Poly1305.keyLength,
      nonceLength: chacha20Poly1305.nonceLength,
      async seal(publicKey, plaintext, info, aad = new Uint8Array()) {
        const sealed = hpkeSealTo(hpke, bytesOf(publicKey), info, aad, plaintext);
        return { ct: sealed.ciphertext, enc: sealed.encapsulation };
      },
      async open(privateKey, encapsulation, ciphertext, info, aad = new Uint8Array()) {
        return hpkeOpenFrom(hpke, bytesOf(privateKey), { encapsulation, ciphertext }, info, aad);
      },
      async exportSecret(publicKey, exporterContext, length, info) {
        const { context, encapsulation } = hpkeSender(hpke, bytesOf(publicKey), info);
        return { enc: encapsulation, secret: hpkeExport(hpke, context, exporterContext, length) };
      },
      async importSecret(privateKey, exporterContext, encapsulation, length, info) {
        const context = hpkeReceiver(hpke, bytesOf(privateKey), encapsulation, info);
        return hpkeExport(hpke, context, exporterContext, length);
      },
      async importPrivateKey(bytes) {
        expectLength(bytes, kem.privateKeyLength, 'HPKE private key');
        return opaque<PrivateKey>(bytes);
      },
      async importPublicKey(bytes) {
        expectLength(bytes, kem.publicKeyLength, 'HPKE public key');
        return opaque<PublicKey>(bytes);
      },
      exportPublicKey: async (key) => bytesOf(key),
      exportPrivateKey: async (key) => bytesOf(key),
      encryptAead: async (key, nonce, aad, plaintext) =>
        aeadSeal(key, nonce, aad ?? new Uint8Array(), plaintext),
      decryptAead: async (key, nonce, aad, ciphertext) =>
        aeadOpen(key, nonce, aad ?? new Uint8Array(), ciphertext),
      async deriveKeyPair(ikm) {
        return opaquePair(kem.derive(ikm));
      },
      async generateKeyPair() {
        return opaquePair(kem.generate());
      },
    },
  };
}

// The library types keys as WebCrypto objects but never looks inside: it only hands back to the
// provider what the provider gave it, here the bytes themselves.
function opaque<K extends PublicKey | PrivateKey>(bytes: Uint8Array): K {
  return bytes as unknown as K;
}

function bytesOf(key: PublicKey | PrivateKey): Uint8Array {
  return key as unknown as Uint8Array;
}

function opaquePair(pair: { publicKey: Uint8Array; privateKey: Uint8Array }) {
  return { publicKey: opaque<PublicKey>(pair.publicKey), privateKey: opaque<PrivateKey>(pair.privateKey) };
}
