import { errors } from 'mediasoup';
import { ProtocolError } from '../../shared/errors.ts';

/** What the media engine threw, as a refusal that the caller may see. `lost`: its worker is gone. */
export function toProtocolError(
  error: unknown,
  { lost, onUnexpected }: { readonly lost: boolean; readonly onUnexpected: () => void },
): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (lost || error instanceof errors.WorkerClosedError) {
    return new ProtocolError('media-unavailable', { retryAfterMs: 500, cause: error });
  }
  // Parameters that the engine does not take.
  if (error instanceof TypeError || error instanceof errors.UnsupportedError) {
    return new ProtocolError('bad-request', { cause: error });
  }
  // Closed while the worker was being asked.
  if (error instanceof errors.NotFoundError || (error instanceof Error && /not found/i.test(error.message))) {
    return new ProtocolError('not-found', { cause: error });
  }
  onUnexpected();
  return new ProtocolError('unavailable', { cause: error });
}
