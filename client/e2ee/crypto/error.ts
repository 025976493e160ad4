/** What went wrong in a primitive. `open-failed` covers every failed authentication, without detail. */
export type CryptoErrorCode = 'bad-length' | 'bad-key' | 'open-failed';

/** A failed cryptographic operation. The message carries lengths at most, never key material. */
export class CryptoError extends Error {
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.name = 'CryptoError';
    this.code = code;
  }
}

/** Throws CryptoError('bad-length') unless `bytes` has exactly `length` bytes. */
export function expectLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new CryptoError('bad-length', `${what}: ${bytes.length} bytes, expected ${length}`);
  }
}
