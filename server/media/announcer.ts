import type { EventOf } from '../../shared/protocol/events.ts';
import type { ProducerInfo } from '../../shared/protocol/media.ts';

/** Runs something once the current work is done. */
export type Defer = (run: () => void) => void;

/**
 * Gathers changes of a room's producers and tells them in one event per tick, so that a class that is muted
 * at one press costs one message per member. What came and went within a tick is not told.
 */
export class ProducerAnnouncer {
  readonly #tell: (event: EventOf<'media:producers'>) => void;
  readonly #defer: Defer;
  readonly #added = new Map<string, ProducerInfo>();
  readonly #removed = new Set<string>();
  readonly #changed = new Map<string, boolean>();
  #scheduled = false;
  #closed = false;

  constructor(
    tell: (event: EventOf<'media:producers'>) => void,
    defer: Defer = (run) => void setImmediate(run),
  ) {
    this.#tell = tell;
    this.#defer = defer;
  }

  added(info: ProducerInfo): void {
    this.#added.set(info.producerId, info);
    this.#schedule();
  }

  removed(producerId: string): void {
    this.#changed.delete(producerId);
    if (!this.#added.delete(producerId)) this.#removed.add(producerId);
    this.#schedule();
  }

  changed(producerId: string, paused: boolean): void {
    const added = this.#added.get(producerId);
    if (added) this.#added.set(producerId, { ...added, paused });
    else this.#changed.set(producerId, paused);
    this.#schedule();
  }

  /** Forgets what is not told yet. */
  clear(): void {
    this.#added.clear();
    this.#removed.clear();
    this.#changed.clear();
  }

  close(): void {
    this.#closed = true;
    this.clear();
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#defer(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const event = {
      added: [...this.#added.values()],
      removed: [...this.#removed],
      changed: [...this.#changed].map(([producerId, paused]) => ({ producerId, paused })),
    };
    this.clear();
    if (event.added.length + event.removed.length + event.changed.length > 0) this.#tell(event);
  }
}
