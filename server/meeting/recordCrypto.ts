import sodium from 'libsodium-wrappers';
import { fromBase64Url, toBase64Url } from '../../shared/bytes.ts';
import type { RecordHash } from '../../shared/ids.ts';
import type { RecordCrypto } from '../../shared/records/chain.ts';
import { recordHashInput, recordSignatureInput } from '../../shared/records/record.ts';

/** Record hashes (BLAKE2b-256) and signatures (Ed25519) on libsodium. */
export async function loadRecordCrypto(): Promise<RecordCrypto> {
  await sodium.ready;
  return {
    // The one place that makes record hashes out of bytes.
    hash: (record) => toBase64Url(sodium.crypto_generichash(32, recordHashInput(record), null)) as RecordHash,
    verify(record, by) {
      return verifyDetached(record.signature, recordSignatureInput(record.bytes), by);
    },
    verifyMessage: (message, signature, by) => verifyDetached(signature, message, by),
  };
}

/** Ed25519 by a base64url public key; false for a malformed or weak key. Needs `sodium.ready`. */
export function verifyDetached(signature: Uint8Array, message: Uint8Array, key: string): boolean {
  try {
    return sodium.crypto_sign_verify_detached(signature, message, fromBase64Url(key));
  } catch {
    return false;
  }
}
