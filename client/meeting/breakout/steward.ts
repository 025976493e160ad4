import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import { hostFingerprint } from '../../e2ee/link/linkKeys.ts';
import type { CoreContext } from '../core/context.ts';
import type { Records } from '../core/records.ts';
import { nextDuty, type Wanted } from './duties.ts';
import { atRoomDoor } from './roomErrand.ts';

/** More than any room can need at once; a bound against two stewards who see different rules. */
const DUTIES_AT_ONCE = 60;
/** Rooms gone to at the same time. */
const ERRANDS = 4;

/**
 * Brings the records of the breakout rooms in line with those of the main meeting, from a device that is
 * host in all of them. Two of them may do so at once: each starts over whenever the main meeting's records
 * have changed meanwhile, so that the last word is by the newest.
 */
export class Steward {
  readonly #context: CoreContext;
  readonly #over: () => boolean;
  /** As each room's records were when this device last looked. */
  readonly #seen = new Map<MeetingId, Chain>();
  readonly #expelled = new Set<DeviceKey>();
  #expected: ReadonlyMap<MeetingId, readonly DeviceKey[]> = new Map();
  #running: Promise<void> | null = null;

  constructor(context: CoreContext, over: () => boolean) {
    this.#context = context;
    this.#over = over;
  }

  /** Devices that were put out of the main meeting. */
  expel(devices: readonly DeviceKey[]): void {
    for (const device of devices) this.#expelled.add(device);
  }

  /** Lets devices into rooms before the main meeting's record sends them there. Throws ProtocolError. */
  async expect(expected: ReadonlyMap<MeetingId, readonly DeviceKey[]>): Promise<void> {
    this.#expected = expected;
    await this.align();
  }

  /** The main meeting's record is there, or will not come. */
  unexpect(): void {
    this.#expected = new Map();
  }

  /** Settles once all rooms are as they should be. Throws ProtocolError where one could not be reached. */
  async align(): Promise<void> {
    // What runs already may have passed the room that is meant now.
    await this.#running?.catch(() => undefined);
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #run(): Promise<void> {
    const { records } = this.#context;
    let at: Chain;
    do {
      at = records.chain;
      const due = (at.breakout?.rooms ?? []).filter(({ meeting }) => this.#isDue(meeting));
      const queue = due.map(({ meeting }) => meeting);
      const errand = async () => {
        for (let room = queue.shift(); room; room = queue.shift()) await this.#goTo(room);
      };
      await Promise.all(Array.from({ length: ERRANDS }, errand));
    } while (records.chain !== at);
  }

  #wanted(room: MeetingId): Wanted {
    return {
      main: this.#context.records.chain,
      room,
      over: this.#over(),
      expected: this.#expected.get(room) ?? [],
      expelled: [...this.#expelled],
    };
  }

  #isDue(room: MeetingId): boolean {
    const seen = this.#seen.get(room);
    return !seen || nextDuty(seen, this.#wanted(room)) !== null;
  }

  async #goTo(room: MeetingId): Promise<void> {
    const { clock, connect, records } = this.#context;
    const { breakout } = records.chain;
    if (!breakout) return;
    const link = { meeting: room, fingerprint: hostFingerprint(breakout.hostKey) };
    try {
      await atRoomDoor(connect(room), link, clock, (door) => this.#serve(room, door));
    } catch (error) {
      // Closed by another host.
      if (!(error instanceof ProtocolError) || error.code !== 'ended') throw error;
      const seen = this.#seen.get(room);
      if (seen) this.#seen.set(room, { ...seen, ended: true });
    }
  }

  async #serve(room: MeetingId, door: Records): Promise<void> {
    const { identity } = this.#context;
    for (let done = 0; done < DUTIES_AT_ONCE; done++) {
      this.#seen.set(room, door.chain);
      const body = nextDuty(door.chain, this.#wanted(room));
      if (!body) return;
      // Asked again where another host was first: what is due then may be something else.
      const stillDue = (chain: Chain) => sameDuty(nextDuty(chain, this.#wanted(room)), body);
      await door.append({ by: identity.key, pair: identity.meeting }, body, stillDue);
    }
  }
}

function sameDuty(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
