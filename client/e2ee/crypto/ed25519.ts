import { equalBytes } from '../../../shared/bytes.ts';
import { sodium } from '../sodium.ts';
import { CryptoError, expectLength } from './error.ts';

/**
 * An Ed25519 key pair (RFC 8032): `publicKey` 32 bytes, `privateKey` 64 bytes in libsodium's form,
 * that is the 32-byte seed followed by the public key.
 */
export interface SignatureKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

export const ed25519 = { publicKeyLength: 32, privateKeyLength: 64, seedLength: 32, signatureLength: 64 };

/** A key pair from a fresh seed, or from the 32-byte seed given. */
export function signatureKeyPair(seed?: Uint8Array): SignatureKeyPair {
  if (seed !== undefined) expectLength(seed, ed25519.seedLength, 'Ed25519 seed');
  const pair = seed === undefined ? sodium().crypto_sign_keypair() : sodium().crypto_sign_seed_keypair(seed);
  return { publicKey: pair.publicKey, privateKey: pair.privateKey };
}

/** Throws CryptoError unless both halves have their length and belong together. */
export function assertSignatureKeyPair({ publicKey, privateKey }: SignatureKeyPair): void {
  expectLength(publicKey, ed25519.publicKeyLength, 'Ed25519 public key');
  expectLength(privateKey, ed25519.privateKeyLength, 'Ed25519 private key');
  if (!equalBytes(privateKey.subarray(32), publicKey)) {
    throw new CryptoError('bad-key', 'The Ed25519 halves do not belong together');
  }
}

/** A detached signature, 64 bytes. */
export function sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  expectLength(privateKey, ed25519.privateKeyLength, 'Ed25519 private key');
  return sodium().crypto_sign_detached(message, privateKey);
}

/** Whether the signature holds. False, never an exception, for keys and signatures of a wrong length. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== ed25519.publicKeyLength || signature.length !== ed25519.signatureLength)
    return false;
  try {
    return sodium().crypto_sign_verify_detached(signature, message, publicKey);
  } catch {
    return false;
  }
}
