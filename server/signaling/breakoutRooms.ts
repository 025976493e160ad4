import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { limits } from '../../shared/limits.ts';
import { type Chain, readChain } from '../../shared/records/chain.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import { type Log, logTag } from '../log.ts';
import { roomStands } from '../meeting/breakoutRoom.ts';
import { type FoundingParts, keepNewMeeting } from '../meeting/founding.ts';
import type { StoredRoom } from '../store/store.ts';
import type { Clock } from './clock.ts';

const SWEEP_MS = 60_000;
/** Rooms of one meeting that go on: those being opened, and those before that are being closed. */
const MOST_ROOMS = 2 * limits.breakoutRooms;

export interface BreakoutRoomsParts extends Omit<FoundingParts, 'now'> {
  readonly clock: Clock;
  readonly log: Log;
  /** Sends everybody in a room home, after the store has ended it. */
  readonly stop: (room: MeetingId) => Promise<void>;
}

/**
 * Breakout rooms: meetings that come from the right of a host of another, and not from a right to found meetings on
 * this site. So each is held to its main meeting: it ends when that ends, closes its rooms or never told of it.
 */
export class BreakoutRooms {
  readonly #parts: BreakoutRoomsParts;
  #cancelSweep: (() => void) | null = null;
  #closed = false;

  constructor(parts: BreakoutRoomsParts) {
    this.#parts = parts;
    this.#schedule();
  }

  /** Stores a room of `main`, whose records give the caller the right to. Throws ProtocolError. */
  async found(main: MeetingId, records: readonly SignedRecord[]): Promise<void> {
    const { store, clock } = this.#parts;
    const rooms = await store.rooms();
    // A room has no rooms: nothing would hold them to the meeting that the right came from.
    if (rooms.some(({ id }) => id === main)) throw new ProtocolError('forbidden');
    if (rooms.filter((room) => room.main === main).length >= MOST_ROOMS) throw new ProtocolError('full');
    await keepNewMeeting({ ...this.#parts, now: () => clock.now() }, records, main);
  }

  /** Ends the rooms that no main meeting holds up. */
  async sweep(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      for (const [main, rooms] of Map.groupBy(await store.rooms(), (room) => room.main))
        await this.#sweepRooms(main, rooms);
    } catch (error) {
      log.error({ error }, 'breakout rooms could not be looked after');
    }
    this.#schedule();
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    this.#cancelSweep = null;
  }

  async #sweepRooms(main: MeetingId, rooms: readonly StoredRoom[]): Promise<void> {
    const { store, clock, log, stop } = this.#parts;
    const chain = await this.#chainOf(main);
    for (const room of rooms) {
      if (roomStands(chain, room, clock.now())) continue;
      // Another server of this site may have been first.
      if (!(await store.end(room.id, clock.now()))) continue;
      log.info({ meeting: logTag(room.id) }, 'breakout room ended with what it belonged to');
      await stop(room.id);
    }
  }

  /** Null where the meeting is over. */
  async #chainOf(main: MeetingId): Promise<Chain | null> {
    const { store, crypto } = this.#parts;
    const stored = await store.find(main);
    if (!stored || stored.endedAt !== null) return null;
    // What is stored was verified on its way in.
    const read = readChain(await store.records(main), { ...crypto, verify: () => true });
    if (!read.ok) throw new Error(`stored chain refused: ${read.refusal}`);
    return read.chain;
  }

  #schedule(): void {
    this.#cancelSweep?.();
    const { clock } = this.#parts;
    this.#cancelSweep = this.#closed ? null : clock.at(clock.now() + SWEEP_MS, () => void this.sweep());
  }
}
