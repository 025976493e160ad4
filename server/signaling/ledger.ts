import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import type { Journal } from '../cluster/cluster.ts';
import type { CommandOf, CommandType } from '../meeting/commands.ts';
import type { Effect } from '../meeting/effects.ts';
import type { MeetingState } from '../meeting/state.ts';
import type { MeetingStore } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { encodeCommand, encodeState } from './journalCodec.ts';

export interface LedgerParts {
  readonly meeting: MeetingId;
  /** Null on a single server: nobody could read it. */
  readonly journal: Journal | null;
  readonly store: Pick<MeetingStore, 'append'>;
  readonly clock: Clock;
  /** What is written is no longer what is in memory: the meeting must be read anew. */
  readonly lost: (error: unknown) => void;
  /** Told once a record that ends a meeting is stored. */
  readonly onEnded: (meeting: MeetingId) => void;
}

type Persist = Extract<Effect, { type: 'persist' }>;

/** A journal is replaced by a snapshot after so many commands, or so many bytes. */
const SNAPSHOT_AFTER = { commands: 500, bytes: 8 * 1024 * 1024 };

/** Where one meeting writes down what it decides: commands in the journal, records in the store. */
export class Ledger {
  readonly #parts: LedgerParts;
  readonly #written = { commands: 0, bytes: 0 };
  /** An append may stand in the store that memory does not have. */
  #uncertain = false;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /**
   * Writes a command down before anybody learns of the decision: whoever takes the meeting over must know of it. Returns
   * whether there is a journal. Throws ProtocolError `unavailable`, and gives the meeting up, where that fails.
   */
  async write<Type extends CommandType>(
    state: MeetingState,
    at: number,
    command: CommandOf<Type>,
  ): Promise<boolean> {
    const { journal, lost } = this.#parts;
    if (journal === null) return false;
    try {
      const { commands, bytes } = this.#written;
      if (commands >= SNAPSHOT_AFTER.commands || bytes >= SNAPSHOT_AFTER.bytes) {
        await journal.snapshot(encodeState(state));
        Object.assign(this.#written, { commands: 0, bytes: 0 });
      }
      const entry = encodeCommand(at, command);
      await journal.append(entry);
      this.#written.commands += 1;
      this.#written.bytes += entry.length;
      return true;
    } catch (error) {
      // What stands in the journal and not in memory can only be had by reading the meeting anew.
      lost(error);
      throw new ProtocolError('unavailable', { cause: error });
    }
  }

  /**
   * Stores a record. Where that fails the decision is void, and a command that was written is taken back to `state`.
   * Throws ProtocolError `chain-conflict`, and what the store throws.
   */
  async persist(state: MeetingState, record: Persist, written: boolean): Promise<void> {
    try {
      await this.#append(record);
    } catch (error) {
      // Whether it stands is not known where the database broke off: the next conflict tells.
      const isConflict = error instanceof ProtocolError;
      if (written) await this.#takeBack(state, isConflict && this.#uncertain);
      if (!isConflict) this.#uncertain = true;
      throw error;
    }
  }

  /** Neither memory nor journal may hold what is void. */
  async #takeBack(state: MeetingState, isBehind: boolean): Promise<void> {
    const { journal, lost } = this.#parts;
    try {
      await journal?.snapshot(encodeState(state));
      if (isBehind) lost(new Error('the records went on without this meeting'));
    } catch (error) {
      lost(error);
    }
  }

  async #append({ record, hash, prev, seq, ended }: Persist): Promise<void> {
    const { clock, meeting, onEnded, store } = this.#parts;
    const end = ended ? { endedAt: clock.now() } : {};
    const outcome = await store.append(meeting, { record, hash, prev, seq, ...end });
    if (outcome === 'conflict') throw new ProtocolError('chain-conflict');
    if (ended) onEnded(meeting);
  }
}
