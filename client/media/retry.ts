import { errorCodes, ProtocolError } from '../../shared/errors.ts';
import { MediaError } from './mediaError.ts';

/** What to do about a failed step: try again, accept the server's refusal, or give the stream up. */
export type Remedy = 'retry' | 'refused' | 'give-up';

/** Reads a failure. Anything unknown (connection lost, transport closed meanwhile) is worth another try. */
export function remedyFor(error: unknown): Remedy {
  if (error instanceof MediaError) return error.code === 'closed' ? 'retry' : 'give-up';
  if (!(error instanceof ProtocolError)) return 'retry';
  if (error.code === 'forbidden' || error.code === 'banned') return 'refused';
  // The producer, transport or consumer went away between two messages: the next look at the state decides.
  if (error.code === 'not-found') return 'retry';
  return errorCodes[error.code].retry === 'no' ? 'give-up' : 'retry';
}
