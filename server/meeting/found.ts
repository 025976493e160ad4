import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import type { MeetingId, RecordHash } from '../../shared/ids.ts';
import {
  type Chain,
  type ChainRefusal,
  type ChainResult,
  extendChain,
  openChain,
  type RecordCrypto,
} from '../../shared/records/chain.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import type { HashedRecord, MeetingStore } from '../store/store.ts';

const codes: Record<ChainRefusal, ErrorCode> = {
  malformed: 'bad-request',
  signature: 'bad-signature',
  order: 'chain-conflict',
  forbidden: 'forbidden',
  meaningless: 'bad-request',
  ended: 'ended',
};

/** What the sender of a refused record is told. */
export function codeOf(refusal: ChainRefusal): ErrorCode {
  return codes[refusal];
}

/**
 * Stores a new meeting from its genesis record and the founder's first records. Offering the same
 * records again succeeds, so a lost answer can be retried. Throws ProtocolError: `bad-request`,
 * `bad-signature`, `forbidden`, `chain-conflict` (also for an id already in use).
 */
export async function foundMeeting(
  store: MeetingStore,
  crypto: RecordCrypto,
  records: readonly SignedRecord[],
  now: number,
): Promise<{ meeting: MeetingId; head: RecordHash }> {
  let chain: Chain | null = null;
  const hashed: HashedRecord[] = [];
  for (const record of records) {
    const result: ChainResult = chain ? extendChain(chain, record, crypto) : openChain(record, crypto);
    if (!result.ok) throw new ProtocolError(codeOf(result.refusal));
    chain = result.chain;
    hashed.push({ record, hash: chain.head });
  }
  if (!chain || chain.ended) throw new ProtocolError('bad-request');
  const { meeting, head } = chain;
  const outcome = await store.create({ id: meeting, createdAt: now, records: hashed });
  if (outcome === 'exists' && (await store.find(meeting))?.head !== head) {
    throw new ProtocolError('chain-conflict');
  }
  return { meeting, head };
}
