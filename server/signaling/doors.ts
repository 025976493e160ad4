import { ProtocolError } from '../../shared/errors.ts';
import type { InvitationKey, MeetingId } from '../../shared/ids.ts';
import { limitKey } from '../http/limitKey.ts';
import { Buckets } from './bucket.ts';
import type { Clock } from './clock.ts';
import type { Rates } from './limits.ts';

function enough(waitMs: number): void {
  if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
}

/** What came from each address and by each invitation, over all sockets of this server. */
export class Doors {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #connects: Buckets;
  readonly #connectsAtOnce: Buckets;
  readonly #requests: Buckets;
  readonly #strangers: Buckets;
  readonly #knocksOfAddress: Buckets;
  readonly #knocksOfInvitation: Buckets;
  readonly #probes: Buckets;
  readonly #wrongSecrets: Buckets;
  readonly #rooms: Buckets;

  constructor(rates: Rates & { readonly connectPatienceMs: number }, clock: Clock) {
    this.#clock = clock;
    this.#patienceMs = rates.connectPatienceMs;
    this.#connects = new Buckets(rates.connectsPerAddress);
    this.#connectsAtOnce = new Buckets(rates.connectsAtOncePerAddress);
    this.#requests = new Buckets(rates.requestsPerAddress);
    this.#strangers = new Buckets(rates.strangersPerAddress);
    this.#knocksOfAddress = new Buckets(rates.knocksPerAddress);
    this.#knocksOfInvitation = new Buckets(rates.knocksPerInvitation);
    this.#probes = new Buckets(rates.probesPerAddress);
    this.#rooms = new Buckets(rates.roomsOfMeeting);
    this.#wrongSecrets = new Buckets(rates.wrongSecretsPerAddress);
  }

  /**
   * A new socket, before anything is done for it. Resolves when it is its address's turn; to false, as late as can be,
   * where too many are before it. Whoever holds so many sockets can then try so many times in that while, and not more.
   */
  async turn(address: string): Promise<boolean> {
    const key = limitKey(address);
    const now = this.#clock.now();
    const atOnceMs = this.#connectsAtOnce.reserve(key, now, this.#patienceMs);
    const waitMs = atOnceMs === null ? null : this.#connects.reserve(key, now, this.#patienceMs);
    const endMs = atOnceMs === null || waitMs === null ? this.#patienceMs : Math.max(atOnceMs, waitMs);
    if (endMs > 0) await new Promise<void>((resolve) => this.#clock.at(now + endMs, resolve));
    return waitMs !== null;
  }

  /** A request, whatever it is; `isFree` of what strangers may ask for. Returns 0, or the milliseconds to wait. */
  request(address: string, isFree: boolean): number {
    const key = limitKey(address);
    const now = this.#clock.now();
    return this.#requests.take(key, now) || (isFree ? 0 : this.#strangers.take(key, now));
  }

  /** A knock. Throws ProtocolError `rate-limited`. */
  knock(address: string, meeting: MeetingId, invitation: InvitationKey): void {
    enough(this.#knocksOfAddress.take(`${meeting} ${limitKey(address)}`, this.#clock.now()));
    enough(this.#knocksOfInvitation.take(`${meeting} ${invitation}`, this.#clock.now()));
  }

  /** A connection test. Throws ProtocolError `rate-limited`. */
  probe(address: string): void {
    enough(this.#probes.take(limitKey(address), this.#clock.now()));
  }

  /** A breakout room of a meeting, whoever of its hosts opens it. Throws ProtocolError `rate-limited`. */
  room(main: MeetingId): void {
    enough(this.#rooms.take(main, this.#clock.now()));
  }

  /**
   * A proof that did not hold. Returns whether it was one too many; what is right is taken from the same address
   * all the while, as one of a school's thousand devices must not shut out the others.
   */
  wrongSecret(address: string): boolean {
    return this.#wrongSecrets.take(limitKey(address), this.#clock.now()) > 0;
  }
}
