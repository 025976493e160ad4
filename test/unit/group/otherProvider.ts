import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  randomBytes,
} from 'node:crypto';
import {
  type AeadInterface,
  CipherSuite,
  DhkemX25519HkdfSha256,
  HkdfSha256,
  HkdfSha512,
  type KemInterface,
} from '@hpke/core';
import type { CiphersuiteImpl, CiphersuiteName } from 'ts-mls';
import { makeHashImpl } from 'ts-mls/crypto/implementation/default/makeHashImpl.js';
import { makeKdf, makeKdfImpl } from 'ts-mls/crypto/implementation/default/makeKdfImpl.js';
import { makeNobleSignatureImpl } from 'ts-mls/crypto/implementation/default/makeNobleSignatureImpl.js';
import { makeGenericHpke } from 'ts-mls/crypto/implementation/hpke.js';
import { sodium } from '../../../client/e2ee/sodium.ts';
import { concat, fromHex } from '../../../shared/bytes.ts';

export interface OtherSuite {
  readonly name: CiphersuiteName;
  readonly kem: 'DHKEM-X25519-HKDF-SHA256' | 'X-Wing';
  readonly hash: 'SHA-256' | 'SHA-512';
}

/**
 * The library's default provider: WebCrypto for hashes and signatures, @hpke/core for HPKE, OpenSSL
 * for ChaCha20-Poly1305 and, for X-Wing, for X25519, SHAKE256 and SHA3 around libsodium's bare ML-KEM.
 * Private signature keys are in libsodium's form, so that both providers can share them.
 */
export async function otherCiphersuite({ name, kem, hash }: OtherSuite): Promise<CiphersuiteImpl> {
  const kdf = hash === 'SHA-256' ? 'HKDF-SHA256' : 'HKDF-SHA512';
  const hpkeSuite = new CipherSuite({
    kem: kem === 'X-Wing' ? xWing : new DhkemX25519HkdfSha256(),
    kdf: hash === 'SHA-256' ? new HkdfSha256() : new HkdfSha512(),
    aead: chacha20Poly1305,
  });
  const aead = {
    encrypt: async (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array) =>
      seal(key, nonce, aad, plaintext),
    decrypt: async (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array) =>
      open(key, nonce, aad, ciphertext),
  };
  const signature = await makeNobleSignatureImpl('Ed25519');
  return {
    name,
    rng: { randomBytes: (length) => Uint8Array.from(randomBytes(length)) },
    hash: makeHashImpl(crypto.subtle, hash),
    kdf: makeKdfImpl(makeKdf(kdf)),
    signature: { ...signature, sign: (key, message) => signature.sign(key.slice(0, 32), message) },
    hpke: await makeGenericHpke({ kem, kdf, aead: 'CHACHA20POLY1305' }, aead, hpkeSuite),
  };
}

function seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

function open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  decipher.setAAD(aad, { plaintextLength: sealed.length - 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  return concat(decipher.update(sealed.subarray(0, -16)), decipher.final());
}

const chacha20Poly1305: AeadInterface = {
  id: 0x0003,
  keySize: 32,
  nonceSize: 12,
  tagSize: 16,
  createEncryptionContext: (key) => ({
    seal: async (iv, data, aad) => buffer(seal(view(key), view(iv), view(aad), view(data))),
    open: async (iv, data, aad) => buffer(open(view(key), view(iv), view(aad), view(data))),
  }),
};

const X25519_PRIVATE = fromHex('302e020100300506032b656e04220420');
const X25519_PUBLIC = fromHex('302a300506032b656e032100');

function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return diffieHellman({ privateKey: privateKeyObject(privateKey), publicKey: publicKeyObject(publicKey) });
}

function x25519Public(privateKey: Uint8Array): Uint8Array {
  return createPublicKey(privateKeyObject(privateKey)).export({ format: 'der', type: 'spki' }).subarray(-32);
}

function privateKeyObject(raw: Uint8Array) {
  return createPrivateKey({ key: Buffer.from(concat(X25519_PRIVATE, raw)), format: 'der', type: 'pkcs8' });
}

function publicKeyObject(raw: Uint8Array) {
  return createPublicKey({ key: Buffer.from(concat(X25519_PUBLIC, raw)), format: 'der', type: 'spki' });
}

function shake256(data: Uint8Array, length: number): Uint8Array {
  return createHash('shake256', { outputLength: length }).update(data).digest();
}

function expand(seed: Uint8Array) {
  const expanded = shake256(seed, 96);
  const mlKem = sodium().crypto_kem_mlkem768_seed_keypair(Uint8Array.from(expanded.subarray(0, 64)));
  const privateX = expanded.subarray(64);
  return { mlKem, privateX, publicX: x25519Public(privateX) };
}

function combine(
  mlKemSecret: Uint8Array,
  dh: Uint8Array,
  ciphertextX: Uint8Array,
  publicX: Uint8Array,
): Uint8Array {
  const label = fromHex('5c2e2f2f5e5c');
  return createHash('sha3-256')
    .update(concat(mlKemSecret, dh, ciphertextX, publicX, label))
    .digest();
}

// draft-connolly-cfrg-xwing-kem, section 5.
const xWing: KemInterface = {
  id: 0x647a,
  secretSize: 32,
  encSize: 1120,
  publicKeySize: 1216,
  privateKeySize: 32,
  serializePublicKey: async (key) => buffer(rawKey(key)),
  deserializePublicKey: async (key) => keyObject(view(key)),
  serializePrivateKey: async (key) => buffer(rawKey(key)),
  deserializePrivateKey: async (key) => keyObject(view(key)),
  importKey: async () => {
    throw new Error('not in use');
  },
  generateKeyPair: async () => keyPair(randomBytes(32)),
  deriveKeyPair: async (ikm) => keyPair(shake256(view(ikm), 32)),
  async encap({ recipientPublicKey }) {
    const publicKey = rawKey(recipientPublicKey);
    const publicX = publicKey.subarray(1184);
    const ephemeral = randomBytes(32);
    const { ciphertext, sharedSecret } = sodium().crypto_kem_mlkem768_enc(publicKey.slice(0, 1184));
    const ciphertextX = x25519Public(ephemeral);
    return {
      sharedSecret: buffer(combine(sharedSecret, x25519(ephemeral, publicX), ciphertextX, publicX)),
      enc: buffer(concat(ciphertext, ciphertextX)),
    };
  },
  async decap({ recipientKey, enc }) {
    if ('privateKey' in recipientKey) throw new Error('not in use');
    const { mlKem, privateX, publicX } = expand(rawKey(recipientKey));
    const ciphertext = view(enc);
    const ciphertextX = ciphertext.subarray(1088);
    const secret = sodium().crypto_kem_mlkem768_dec(ciphertext.slice(0, 1088), mlKem.privateKey);
    return buffer(combine(secret, x25519(privateX, ciphertextX), ciphertextX, publicX));
  },
};

function keyPair(seed: Uint8Array): CryptoKeyPair {
  const { mlKem, publicX } = expand(seed);
  return { privateKey: keyObject(seed), publicKey: keyObject(concat(mlKem.publicKey, publicX)) };
}

// @hpke/core hands keys back to the KEM that made them and reads nothing but `type`.
function keyObject(raw: Uint8Array): CryptoKey {
  const key = { type: raw.length === 32 ? 'private' : 'public', raw: Uint8Array.from(raw) };
  return key as unknown as CryptoKey;
}

function rawKey(key: CryptoKey): Uint8Array {
  return (key as unknown as { raw: Uint8Array }).raw;
}

function view(data: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
