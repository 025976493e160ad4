import type { DeviceKey } from '../../shared/ids.ts';
import type { EventOf } from '../../shared/protocol/events.ts';
import type { CloseReason, ServerEvent } from '../meeting/effects.ts';
import type { SessionId } from '../meeting/state.ts';
import type { Clock } from './clock.ts';
import { Gatherer } from './gatherer.ts';
import { KeptDatagrams, type Relayed } from './keptDatagrams.ts';

/** How a meeting reaches its sockets. */
export interface Outbox {
  send(to: readonly SessionId[], event: ServerEvent): void;
  close(session: SessionId, reason: CloseReason): void;
}

export interface OutgoingParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** How many members the meeting has. */
  readonly members: () => number;
}

/** Entries and datagrams of one event at most. */
const GATHERED = 200;
/** In a meeting of more members than this, datagrams wait so long for others, in milliseconds: each goes to everybody. */
const RELAY_GATHER = { members: 30, ms: 100 } as const;
/** How long, and how much of, what is relayed is kept for members who come back. */
const KEPT = { ms: 10_000, bytes: 2 * 1024 * 1024 };

const soon = (run: () => void) => {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
};

/** What one meeting sends: entries and datagrams together with others of their kind, everything else at once. */
export class Outgoing {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #entries: Gatherer<EventOf<'stream:entries'>['entries'][number]>;
  readonly #datagrams: Gatherer<Relayed>;
  readonly #kept = new KeptDatagrams(KEPT.ms, KEPT.bytes);

  constructor({ outbox, clock, members }: OutgoingParts) {
    this.#outbox = outbox;
    this.#clock = clock;
    this.#entries = new Gatherer(GATHERED, soon, (to, entries) =>
      outbox.send(to, { name: 'stream:entries', data: { entries: [...entries] } }),
    );
    const relayedLater = (run: () => void) =>
      members() > RELAY_GATHER.members ? clock.at(clock.now() + RELAY_GATHER.ms, run) : soon(run);
    this.#datagrams = new Gatherer(GATHERED, relayedLater, (to, datagrams) =>
      outbox.send(to, { name: 'group:relayed', data: { datagrams: [...datagrams] } }),
    );
  }

  send(to: readonly SessionId[], event: ServerEvent): void {
    if (event.name === 'stream:entries') {
      for (const entry of event.data.entries) this.#entries.add(to, entry);
    } else if (event.name === 'group:relayed') {
      for (const datagram of event.data.datagrams) this.#datagrams.add(to, datagram);
    } else this.#outbox.send(to, event);
  }

  /** Ends a session, after the entries that may say why. */
  close(session: SessionId, reason: CloseReason): void {
    this.#entries.flush();
    this.#outbox.close(session, reason);
  }

  /** Keeps a datagram for members whose connection is being lost. `to`: all by default. */
  keep(datagram: Relayed, to: readonly DeviceKey[] | undefined): void {
    this.#kept.keep(datagram, to, this.#clock.now());
  }

  /** Sends a device that came back what it may have missed. */
  catchUp(device: DeviceKey, session: SessionId): void {
    for (const datagram of this.#kept.meantFor(device, this.#clock.now())) {
      this.#datagrams.add([session], datagram);
    }
  }

  /** Sends what is gathered, now. */
  flush(): void {
    this.#entries.flush();
    this.#datagrams.flush();
  }
}
