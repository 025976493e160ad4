import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { type Chain, type RecordCrypto, readChain } from '../../shared/records/chain.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import type { Policy } from '../../shared/roles.ts';
import type { MeetingStore } from '../store/store.ts';

export interface FoundingParts {
  readonly store: MeetingStore;
  readonly crypto: RecordCrypto;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Throws ProtocolError where the operator does not allow these rules. */
  readonly checkRules: (rules: Policy) => void;
  /** Told of a meeting before it is stored: what is on record may then be missing, never the other way round. */
  readonly onFounding: (meeting: MeetingId) => Promise<void>;
}

/**
 * Stores a new meeting by its first records, whoever sent them; `main` is the one that it is a breakout room of. The
 * same records again are taken again, so that a lost answer can be repeated. Throws ProtocolError.
 */
export async function keepNewMeeting(
  { store, crypto, now, checkRules, onFounding }: FoundingParts,
  records: readonly SignedRecord[],
  main?: MeetingId,
): Promise<{ readonly chain: Chain; readonly isNew: boolean }> {
  const read = readChain(records, crypto);
  if (!read.ok) throw new ProtocolError(read.refusal === 'signature' ? 'bad-signature' : 'bad-request');
  const { chain } = read;
  checkRules(chain.policy);
  // Nobody is there yet who could record; a record of it would pass by the operator's policy.
  if (chain.ended || chain.recording.size > 0) throw new ProtocolError('bad-request');
  const known = await store.find(chain.meeting);
  if (!known) await onFounding(chain.meeting);
  const outcome = await store.create({
    id: chain.meeting,
    createdAt: now(),
    ...(main === undefined ? {} : { main }),
    records: records.map((record) => ({ record, hash: crypto.hash(record) })),
  });
  // A repeated request whose first answer was lost; anything else under a known id is refused.
  if (outcome === 'exists' && (await store.find(chain.meeting))?.head !== chain.head) {
    throw new ProtocolError('forbidden');
  }
  return { chain, isNew: outcome === 'created' };
}
