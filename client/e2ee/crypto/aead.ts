import { sodium } from '../sodium.ts';
import { CryptoError, expectLength } from './error.ts';

/** ChaCha20-Poly1305 (RFC 8439); `id` as in RFC 9180 section 7.3. Lengths in bytes. */
export const chacha20Poly1305 = { id: 0x0003, keyLength: 32, nonceLength: 12, tagLength: 16 } as const;

/** Ciphertext with the tag at its end. The caller must never use a nonce twice with one key. */
export function aeadSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  expectLength(key, chacha20Poly1305.keyLength, 'AEAD key');
  expectLength(nonce, chacha20Poly1305.nonceLength, 'AEAD nonce');
  return sodium().crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, aad, null, nonce, key);
}

/** The plaintext. Throws CryptoError('open-failed') where authentication fails. */
export function aeadOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  expectLength(key, chacha20Poly1305.keyLength, 'AEAD key');
  expectLength(nonce, chacha20Poly1305.nonceLength, 'AEAD nonce');
  try {
    return sodium().crypto_aead_chacha20poly1305_ietf_decrypt(null, ciphertext, aad, nonce, key);
  } catch {
    throw new CryptoError('open-failed', 'The ciphertext does not authenticate');
  }
}
