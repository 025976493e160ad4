import { ProtocolError } from '../../../shared/errors.ts';
import type { GroupId } from '../../../shared/ids.ts';
import type { StreamEntry } from '../../../shared/protocol/stream.ts';
import type { CoreContext } from './context.ts';
import { Witness } from './witness.ts';

export interface StreamReader {
  /** The group whose stream is followed; null once it was left. */
  groupId(): GroupId | null;
  /** Each entry once, in order. */
  take(entry: StreamEntry): Promise<void>;
  /** Everything at hand has been taken. */
  settled(): void;
  /** The stream cannot be followed any more. */
  lost(): void;
}

/** Follows the meeting's one stream: no entry twice, none out of order, gaps filled from the server. */
export class StreamFollower {
  readonly witness = new Witness();
  readonly #context: CoreContext;
  readonly #reader: StreamReader;
  #lastSeq = 0;

  constructor(context: CoreContext, reader: StreamReader) {
    this.#context = context;
    this.#reader = reader;
  }

  /** Goes on after entry `seq`, where this device entered. */
  begin(seq: number): void {
    this.#lastSeq = seq;
  }

  /** An epoch begins after the last entry. */
  beginEpoch(groupId: Uint8Array, epoch: bigint): void {
    const { clock, records } = this.#context;
    // The records are part of it: a newcomer who was shown fewer of them stands out.
    this.witness.begin({ groupId, epoch, head: records.chain.head }, this.#lastSeq, clock.now());
  }

  /** Takes what the server brings; earlier entries are passed over. */
  async follow(entries: readonly StreamEntry[]): Promise<void> {
    for (const entry of entries) {
      if (!this.#reader.groupId() || entry.seq <= this.#lastSeq) continue;
      if (entry.seq > this.#lastSeq + 1) {
        await this.fill();
        if (entry.seq <= this.#lastSeq) continue;
        if (entry.seq > this.#lastSeq + 1) return this.#reader.lost();
      }
      await this.#take(entry);
    }
    this.#reader.settled();
  }

  /** Asks for everything since the last entry. */
  async fill(): Promise<void> {
    for (;;) {
      const groupId = this.#reader.groupId();
      if (!groupId) return;
      const before = this.#lastSeq;
      try {
        const { entries, complete } = await this.#context.signaling.request('stream:sync', {
          groupId,
          after: before,
        });
        for (const entry of entries) {
          if (this.#reader.groupId() && entry.seq === this.#lastSeq + 1) await this.#take(entry);
        }
        if (complete || entries.length === 0) return this.#reader.settled();
      } catch (error) {
        if (error instanceof ProtocolError && error.code === 'unavailable') return;
        return this.#reader.lost();
      }
      // An answer that brings nothing on would be asked for again for ever.
      if (this.#lastSeq === before) return this.#reader.lost();
    }
  }

  stop(): void {
    this.witness.forget();
  }

  async #take(entry: StreamEntry): Promise<void> {
    this.#lastSeq = entry.seq;
    this.witness.see(entry, this.#context.clock.now());
    await this.#reader.take(entry);
  }
}
