import type { DeviceKey } from '../../shared/ids.ts';
import type { EventOf } from '../../shared/protocol/events.ts';

export type Relayed = EventOf<'group:relayed'>['datagrams'][number];

interface Kept {
  readonly datagram: Relayed;
  /** Null for everybody. */
  readonly to: ReadonlySet<DeviceKey> | null;
  readonly at: number;
}

/**
 * What was relayed lately and is worth having late: a connection that died on its way is known to be dead only some
 * seconds later, and what was sent into it is lost. The oldest give way to a bound of time, in milliseconds, and of bytes.
 */
export class KeptDatagrams {
  readonly #forMs: number;
  readonly #mostBytes: number;
  readonly #kept: Kept[] = [];
  #bytes = 0;

  constructor(forMs: number, mostBytes: number) {
    this.#forMs = forMs;
    this.#mostBytes = mostBytes;
  }

  keep(datagram: Relayed, to: readonly DeviceKey[] | undefined, now: number): void {
    this.#kept.push({ datagram, to: to ? new Set(to) : null, at: now });
    this.#bytes += datagram.bytes.length;
    this.#expire(now);
  }

  /** What others relayed to a device, oldest first; it may have some of it. */
  meantFor(device: DeviceKey, now: number): readonly Relayed[] {
    this.#expire(now);
    return this.#kept
      .filter(({ datagram, to }) => datagram.sender !== device && (to?.has(device) ?? true))
      .map(({ datagram }) => datagram);
  }

  #expire(now: number): void {
    let gone = 0;
    for (const { datagram, at } of this.#kept) {
      if (now - at <= this.#forMs && this.#bytes <= this.#mostBytes) break;
      this.#bytes -= datagram.bytes.length;
      gone++;
    }
    this.#kept.splice(0, gone);
  }
}
