import { ProtocolError } from '../../../shared/errors.ts';
import { type Chain, type ChainRefusal, extendChain, readChain } from '../../../shared/records/chain.ts';
import {
  decodeRecord,
  type RecordBody,
  type RecordContent,
  type SignedRecord,
} from '../../../shared/records/record.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { isHostOfLink } from '../../e2ee/link/linkKeys.ts';
import { type RecordSigner, recordCrypto, signRecord } from '../../e2ee/records/signing.ts';
import type { Clock } from '../clock.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { ChainMemory } from './chainMemory.ts';

/** The server showed a chain that is not this link's, or one that contradicts what was seen before. */
export class ChainError extends Error {
  readonly refusal: ChainRefusal | 'wrong-host' | 'wrong-meeting' | 'rewritten';

  constructor(refusal: ChainError['refusal']) {
    super(`The meeting's records do not hold: ${refusal}`);
    this.name = 'ChainError';
    this.refusal = refusal;
  }
}

/** What to append, or how to make it for the chain as it is then. */
export type BodyFor = RecordBody | ((chain: Chain) => RecordBody);

const APPEND_ATTEMPTS = 6;
const ARRIVAL_MS = 5_000;

/** Keeps the verified record chain of one meeting and appends to it. */
export class Records {
  readonly #link: Pick<MeetingLink, 'meeting' | 'fingerprint'>;
  readonly #signaling: Signaling;
  readonly #clock: Clock;
  readonly #memory: ChainMemory;
  #chain: Chain | null = null;
  #waiting = new Set<() => void>();
  /**
   * Whether the stream brings new records. Then a record counts only at its place in the stream, also
   * an own one: commits before it must be judged without it.
   */
  following = false;

  constructor(
    link: Pick<MeetingLink, 'meeting' | 'fingerprint'>,
    signaling: Signaling,
    clock: Clock,
    memory: ChainMemory,
  ) {
    this.#memory = memory;
    this.#link = link;
    this.#signaling = signaling;
    this.#clock = clock;
  }

  /** The chain so far. Throws ProtocolError before the first one was read. */
  get chain(): Chain {
    if (!this.#chain) throw new ProtocolError('not-identified');
    return this.#chain;
  }

  get known(): boolean {
    return this.#chain !== null;
  }

  /**
   * Takes the chain that the server shows at the door. It must start at the link's host and contain
   * everything seen before. Throws ChainError.
   */
  read(records: readonly SignedRecord[]): void {
    const result = readChain(records, recordCrypto);
    if (!result.ok) throw new ChainError(result.refusal);
    if (result.chain.meeting !== this.#link.meeting) throw new ChainError('wrong-meeting');
    if (!isHostOfLink(result.chain.hostKey, this.#link)) throw new ChainError('wrong-host');
    const seen = this.#chain ?? this.#memory.last;
    if (seen) {
      const again = records[seen.length - 1];
      if (!again || recordCrypto.hash(again) !== seen.head) throw new ChainError('rewritten');
    }
    this.#chain = result.chain;
    this.#memory.keep(result.chain);
  }

  /** Applies one record from the stream. Null where it was known already. Throws ChainError. */
  take(record: SignedRecord): RecordContent | null {
    const chain = this.chain;
    const announced = decodeRecord(record);
    if (announced && announced.seq < chain.length) return null;
    const result = extendChain(chain, record, recordCrypto);
    if (!result.ok) throw new ChainError(result.refusal);
    this.#chain = result.chain;
    this.#memory.keep(result.chain);
    for (const wake of this.#waiting) wake();
    return result.content;
  }

  /** Reads on to `length` records, for a joiner whose chain is older than its welcome. Throws ChainError, ProtocolError. */
  async catchUp(length: number): Promise<void> {
    while (this.chain.length < length) {
      const before = this.chain.length;
      const { records } = await this.#signaling.request('record:list', { from: before });
      for (const record of records.slice(0, length - before)) this.take(record);
      if (this.chain.length === before) throw new ChainError('order');
    }
  }

  /**
   * Signs and appends. When another signer was first, waits for that record to arrive and signs again;
   * `stillWanted` is asked each time, and a body that depends on the chain made anew. Throws ProtocolError, and
   * what making the body throws.
   */
  async append(
    signer: RecordSigner,
    body: BodyFor,
    stillWanted: (chain: Chain) => boolean = () => true,
  ): Promise<void> {
    for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt++) {
      const chain = this.chain;
      if (!stillWanted(chain)) return;
      const made = typeof body === 'function' ? body(chain) : body;
      const record = signRecord({ meeting: this.#link.meeting, chain }, signer, this.#clock.now(), made);
      try {
        await this.#signaling.request('record:append', { record });
      } catch (error) {
        if (!(error instanceof ProtocolError) || error.code !== 'chain-conflict') throw error;
        if (this.following) await this.#arrival(chain.length + 1);
        else await this.refresh();
        continue;
      }
      if (!this.following) this.take(record);
      // Acknowledged but shown to nobody would be as good as not done.
      else if (!(await this.#arrival(chain.length + 1))) throw new ProtocolError('unavailable');
      return;
    }
    throw new ProtocolError('chain-conflict');
  }

  /** Takes records that others appended meanwhile. For a device outside the stream. Throws ChainError, ProtocolError. */
  async refresh(): Promise<void> {
    const { records } = await this.#signaling.request('record:list', { from: this.chain.length });
    for (const record of records) this.take(record);
  }

  /** Whether the chain gets `length` records within a while. */
  #arrival(length: number): Promise<boolean> {
    if (this.chain.length >= length) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = () => {
        if (this.chain.length < length) return;
        cancel();
        this.#waiting.delete(done);
        resolve(true);
      };
      const cancel = this.#clock.after(ARRIVAL_MS, () => {
        this.#waiting.delete(done);
        resolve(false);
      });
      this.#waiting.add(done);
    });
  }
}
