import { ProtocolError } from '../../shared/errors.ts';
import type { RecordHash } from '../../shared/ids.ts';
import { type RecordCrypto, readChain } from '../../shared/records/chain.ts';
import type { Policy } from '../../shared/roles.ts';
import type { MeetingStore, StoredMeeting } from '../store/store.ts';

/** Meetings whose rules are remembered. */
const HELD = 1_000;

/** The rules of meetings that others may run, out of their records. */
export class RuleBook {
  readonly #store: Pick<MeetingStore, 'records'>;
  readonly #crypto: RecordCrypto;
  readonly #known = new Map<string, { readonly head: RecordHash; readonly rules: Policy }>();

  constructor(store: Pick<MeetingStore, 'records'>, crypto: RecordCrypto) {
    this.#store = store;
    this.#crypto = crypto;
  }

  /** Throws ProtocolError `not-found`, and what the store throws. */
  async of({ id, head }: StoredMeeting): Promise<Policy> {
    const known = this.#known.get(id);
    if (known?.head === head) return known.rules;
    const records = await this.#store.records(id);
    // Deleted meanwhile.
    if (records.length === 0) throw new ProtocolError('not-found');
    const result = readChain(records, this.#crypto);
    // Only verified records are written, so this is a damaged database.
    if (!result.ok) throw new Error(`stored chain refused: ${result.refusal}`);
    const rules = result.chain.policy;
    this.#known.delete(id);
    this.#known.set(id, { head, rules });
    const [oldest] = this.#known.keys();
    if (this.#known.size > HELD && oldest !== undefined) this.#known.delete(oldest);
    return rules;
  }
}
