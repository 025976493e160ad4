import type { EventOf } from '../../../shared/protocol/events.ts';
import type { Phase } from '../phase.ts';

/** Where the person is after the server closed the connection for good; null where it will come back. */
export function phaseAfterClosing(reason: EventOf<'session:closed'>['reason']): Phase | null {
  switch (reason) {
    case 'removed':
    case 'banned':
      return { name: 'removed', banned: reason === 'banned' };
    case 'ended':
      return { name: 'ended', by: 'host' };
    case 'operator':
      return { name: 'ended', by: 'operator' };
    case 'host-gone':
      return { name: 'host-gone' };
    case 'replaced':
      return { name: 'replaced' };
    case 'abuse':
      return { name: 'failed', code: 'rate-limited' };
    case 'stopping':
      return null;
  }
}
