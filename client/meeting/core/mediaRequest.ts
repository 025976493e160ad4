import { fromBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { RequestName, RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import { verify } from '../../e2ee/crypto/ed25519.ts';
import type { Announcements } from './announcements.ts';
import type { CoreContext } from './context.ts';
import { heldToRegions } from './heldToRegions.ts';

/**
 * Makes a request about media. A transport that ends where the meeting's rules forbid is refused, with an alarm.
 * Throws ProtocolError.
 */
export async function requestMedia<Name extends RequestName>(
  { signaling, records }: Pick<CoreContext, 'signaling' | 'records'>,
  announcements: Announcements,
  name: Name,
  payload: RequestOf<Name>,
): Promise<ResponseOf<Name> | ResponseOf<'media:createTransport'>> {
  const answer = await signaling.request(name, payload);
  if (name !== 'media:createTransport') return answer;
  // Members know the records; without them there is no rule to hold to.
  if (!records.known) throw new ProtocolError('not-admitted');
  try {
    // The answer to a request of this very name.
    const wire = answer as ResponseOf<'media:createTransport'>;
    return heldToRegions(wire, records.chain.policy.residency, (message, signature, by) =>
      verify(fromBase64Url(by), message, signature),
    );
  } catch (error) {
    announcements.alarm({ kind: 'downgrade' });
    throw error;
  }
}
