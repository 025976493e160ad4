import { type ErrorCode, ProtocolError } from '../../../shared/errors.ts';

/** The notice that something a person wanted was refused, or failed in a way that has no code of its own. */
export function requestFailed(error: unknown): { readonly kind: 'request-failed'; readonly code: ErrorCode } {
  return { kind: 'request-failed', code: error instanceof ProtocolError ? error.code : 'unavailable' };
}
