import { ProtocolError } from '../../../shared/errors.ts';
import { type ErrandOptions, errand } from './errand.ts';

/**
 * Ends a meeting for all by this device's own right, from the door: identifies, signs the record, leaves.
 * Fulfils where it is over already. Throws ProtocolError.
 */
export function endMeeting(options: ErrandOptions): Promise<void> {
  return errand(options, ({ phase, rights }, core) => {
    switch (phase.name) {
      case 'ended':
        return Promise.resolve();
      case 'failed':
        return Promise.reject(new ProtocolError(phase.code));
      case 'bad-link':
      case 'passphrase':
        return Promise.reject(new ProtocolError('bad-invitation'));
      case 'prejoin':
        return rights.has('end') ? core.ending() : Promise.reject(new ProtocolError('forbidden'));
      default:
        return null;
    }
  });
}
