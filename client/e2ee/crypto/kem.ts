import { concat, utf8 } from '../../../shared/bytes.ts';
import { randomBytes, sodium, wipe } from '../sodium.ts';
import { CryptoError, expectLength } from './error.ts';
import { hkdfSha256 } from './hkdf.ts';
import { labeled } from './labeled.ts';

export interface KemKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A key encapsulation mechanism as HPKE asks for it (RFC 9180 section 4). Lengths in bytes. */
export interface Kem {
  readonly id: number;
  readonly publicKeyLength: number;
  readonly privateKeyLength: number;
  readonly encapsulationLength: number;
  generate(): KemKeyPair;
  derive(ikm: Uint8Array): KemKeyPair;
  /** The public half of a private key. */
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** Throws CryptoError('bad-key') for a public key outside the group. */
  encapsulate(publicKey: Uint8Array): { sharedSecret: Uint8Array; encapsulation: Uint8Array };
  decapsulate(privateKey: Uint8Array, encapsulation: Uint8Array): Uint8Array;
}

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 with X25519, secure while either holds.
 * A private key is its 32-byte seed. DeriveKeyPair is SHAKE256 to 32 bytes.
 */
export const xWing: Kem = {
  id: 0x647a,
  publicKeyLength: 1216,
  privateKeyLength: 32,
  encapsulationLength: 1120,
  generate() {
    return fromSeed(randomBytes(32));
  },
  derive(ikm) {
    return fromSeed(sodium().crypto_xof_shake256(32, ikm));
  },
  publicKey(privateKey) {
    return fromSeed(privateKey).publicKey;
  },
  encapsulate(publicKey) {
    expectLength(publicKey, this.publicKeyLength, 'X-Wing public key');
    try {
      const { ciphertext, sharedSecret } = sodium().crypto_kem_xwing_enc(publicKey);
      return { sharedSecret, encapsulation: ciphertext };
    } catch {
      throw new CryptoError('bad-key', 'Not an X-Wing public key');
    }
  },
  decapsulate(privateKey, encapsulation) {
    expectLength(privateKey, this.privateKeyLength, 'X-Wing private key');
    expectLength(encapsulation, this.encapsulationLength, 'X-Wing encapsulation');
    return sodium().crypto_kem_xwing_dec(encapsulation, privateKey);
  },
};

function fromSeed(seed: Uint8Array): KemKeyPair {
  expectLength(seed, 32, 'X-Wing private key');
  const { publicKey, privateKey } = sodium().crypto_kem_xwing_seed_keypair(seed);
  return { publicKey, privateKey };
}

const X25519_ID = 0x0020;
const dhLabels = labeled(hkdfSha256, concat(utf8('KEM'), new Uint8Array([X25519_ID >> 8, X25519_ID & 0xff])));

/** DHKEM(X25519, HKDF-SHA256), RFC 9180 section 4.1. */
export const x25519: Kem = {
  id: X25519_ID,
  publicKeyLength: 32,
  privateKeyLength: 32,
  encapsulationLength: 32,
  generate() {
    return this.derive(randomBytes(32));
  },
  derive(ikm) {
    const prk = dhLabels.extract(new Uint8Array(), 'dkp_prk', ikm);
    const privateKey = dhLabels.expand(prk, 'sk', new Uint8Array(), 32);
    wipe(prk);
    return { publicKey: this.publicKey(privateKey), privateKey };
  },
  publicKey(privateKey) {
    expectLength(privateKey, 32, 'X25519 private key');
    return sodium().crypto_scalarmult_base(privateKey);
  },
  encapsulate(publicKey) {
    return encapsulateWith(this.generate(), publicKey);
  },
  decapsulate(privateKey, encapsulation) {
    return dhSharedSecret(
      diffieHellman(privateKey, encapsulation),
      encapsulation,
      sodium().crypto_scalarmult_base(privateKey),
    );
  },
};

/** X25519 encapsulation with a given ephemeral key pair: for known-answer tests, and for `encapsulate`. */
export function encapsulateWith(
  ephemeral: KemKeyPair,
  publicKey: Uint8Array,
): { sharedSecret: Uint8Array; encapsulation: Uint8Array } {
  const sharedSecret = dhSharedSecret(
    diffieHellman(ephemeral.privateKey, publicKey),
    ephemeral.publicKey,
    publicKey,
  );
  return { sharedSecret, encapsulation: ephemeral.publicKey };
}

function diffieHellman(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  expectLength(privateKey, 32, 'X25519 private key');
  expectLength(publicKey, 32, 'X25519 public key');
  try {
    return sodium().crypto_scalarmult(privateKey, publicKey);
  } catch {
    // libsodium refuses a result of all zeros, as RFC 9180 section 7.1.4 requires.
    throw new CryptoError('bad-key', 'Not a usable X25519 public key');
  }
}

function dhSharedSecret(dh: Uint8Array, encapsulation: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const prk = dhLabels.extract(new Uint8Array(), 'eae_prk', dh);
  const secret = dhLabels.expand(prk, 'shared_secret', concat(encapsulation, publicKey), 32);
  wipe(dh, prk);
  return secret;
}
