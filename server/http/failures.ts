import type { ErrorRequestHandler, RequestHandler } from 'express';
import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import type { Log } from '../log.ts';
import { isDiskFull } from '../store/databaseError.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'bad-signature': 400,
  'version-mismatch': 400,
  'sign-in-required': 401,
  'sign-in-failed': 401,
  'not-entitled': 403,
  'passkey-required': 403,
  'not-allowed-here': 403,
  'regions-required': 403,
  'network-refused': 403,
  forbidden: 403,
  banned: 403,
  locked: 403,
  'not-found': 404,
  'no-file': 404,
  'no-report-key': 404,
  'not-admitted': 401,
  ended: 410,
  'chain-conflict': 409,
  'too-large': 413,
  'rate-limited': 429,
  unavailable: 503,
  draining: 503,
  'media-unavailable': 503,
  full: 503,
};

/** What body parsing and routing throw, in our words. Their own messages quote the input and stay here. */
function toProtocolError(error: unknown): ProtocolError | null {
  if (error instanceof ProtocolError) return error;
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  if (error.status === 413) return new ProtocolError('too-large');
  return typeof error.status === 'number' && error.status < 500 ? new ProtocolError('bad-request') : null;
}

/**
 * Answers a thrown ProtocolError as Failure JSON; anything else is logged and answered as `unavailable`. `onRefused`
 * is told of each.
 */
export function failureHandler(
  log: Log,
  onRefused: (code: ErrorCode) => void = () => undefined,
): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = toProtocolError(error);
    if (!known) log.error({ error, request: response.getHeader('X-Request-Id') }, 'request failed');
    const failure = known ?? new ProtocolError(isDiskFull(error) ? 'full' : 'unavailable');
    onRefused(failure.code);
    if (failure.retryAfterMs !== undefined) {
      response.setHeader('Retry-After', Math.ceil(failure.retryAfterMs / 1000));
    }
    response
      .status(statuses[failure.code] ?? 400)
      .setHeader('Cache-Control', 'no-store')
      .json(failure.toFailure());
  };
}

/** For API paths that are none. */
export const unknownPath: RequestHandler = () => {
  throw new ProtocolError('not-found');
};
