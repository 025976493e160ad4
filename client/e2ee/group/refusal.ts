import {
  CodecError,
  CryptoVerificationError,
  CryptoError as MlsCryptoError,
  ValidationError,
} from 'ts-mls/mlsError.js';
import { CryptoError } from '../crypto/error.ts';
import { GroupError, type GroupErrorCode } from './error.ts';

/** Runs library code on untrusted input; whatever it throws comes out as a GroupError. */
export async function refusing<T>(what: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GroupError) throw error;
    throw new GroupError(codeOf(error), what, { cause: error });
  }
}

function codeOf(error: unknown): GroupErrorCode {
  if (error instanceof CryptoVerificationError || error instanceof MlsCryptoError) return 'not-authentic';
  if (error instanceof CryptoError) return error.code === 'open-failed' ? 'not-authentic' : 'malformed';
  if (error instanceof ValidationError) return 'invalid';
  if (error instanceof CodecError) return 'malformed';
  // InternalError, RangeError, TypeError: the library met input it did not expect.
  return 'malformed';
}
