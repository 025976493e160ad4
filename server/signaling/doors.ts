import { ProtocolError } from '../../shared/errors.ts';
import type { InvitationKey, MeetingId } from '../../shared/ids.ts';
import { limitKey } from '../http/limitKey.ts';
import { Buckets } from './bucket.ts';
import type { Rates } from './limits.ts';

function enough(waitMs: number): void {
  if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
}

/** What came from each address and by each invitation, over all sockets of this server. */
export class Doors {
  readonly #now: () => number;
  readonly #connects: Buckets;
  readonly #knocksOfAddress: Buckets;
  readonly #knocksOfInvitation: Buckets;
  readonly #probes: Buckets;
  readonly #wrongSecrets: Buckets;
  readonly #rooms: Buckets;

  constructor(rates: Rates, now: () => number) {
    this.#now = now;
    this.#connects = new Buckets(rates.connectsPerAddress);
    this.#knocksOfAddress = new Buckets(rates.knocksPerAddress);
    this.#knocksOfInvitation = new Buckets(rates.knocksPerInvitation);
    this.#probes = new Buckets(rates.probesPerAddress);
    this.#rooms = new Buckets(rates.roomsOfMeeting);
    this.#wrongSecrets = new Buckets(rates.wrongSecretsPerAddress);
  }

  /** A new socket. Throws ProtocolError `rate-limited`. */
  connect(address: string): void {
    enough(this.#connects.take(limitKey(address), this.#now()));
  }

  /** A knock. Throws ProtocolError `rate-limited`. */
  knock(address: string, meeting: MeetingId, invitation: InvitationKey): void {
    enough(this.#knocksOfAddress.take(`${meeting} ${limitKey(address)}`, this.#now()));
    enough(this.#knocksOfInvitation.take(`${meeting} ${invitation}`, this.#now()));
  }

  /** A connection test. Throws ProtocolError `rate-limited`. */
  probe(address: string): void {
    enough(this.#probes.take(limitKey(address), this.#now()));
  }

  /** A breakout room of a meeting, whoever of its hosts opens it. Throws ProtocolError `rate-limited`. */
  room(main: MeetingId): void {
    enough(this.#rooms.take(main, this.#now()));
  }

  /**
   * A proof that did not hold. Returns whether it was one too many; what is right is taken from the same address
   * all the while, as one of a school's thousand devices must not shut out the others.
   */
  wrongSecret(address: string): boolean {
    return this.#wrongSecrets.take(limitKey(address), this.#now()) > 0;
  }
}
