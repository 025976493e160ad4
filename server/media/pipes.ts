import type { Producer } from 'mediasoup/types';
import { type Carried, Link } from './link.ts';
import type { Seat } from './workerPool.ts';

interface Pipe {
  readonly made: Promise<Carried>;
  /** Null while it is being made. */
  carried: Carried | null;
  /** Consumers on the far side that show the stream now. */
  readonly watchers: Set<string>;
  /** Changes, one after another. */
  turn: Promise<unknown>;
}

/**
 * One meeting's streams on their way from the worker of who sends them to those of who watches them. A stream is piped
 * once to each worker where somebody subscribes, and flows only while somebody there shows it.
 */
export class Pipes {
  readonly #links = new Map<Seat, Map<Seat, Promise<Link>>>();
  readonly #pipes = new Map<string, Map<Seat, Pipe>>();

  /**
   * Makes a producer known on another seat, under its own id. Throws what mediasoup throws, e.g. when it closed
   * meanwhile.
   */
  async reach(producer: Producer, from: Seat, to: Seat, isPaused: () => boolean): Promise<void> {
    const pipes = within(this.#pipes, producer.id);
    const pipe = pipes.get(to) ?? this.#open(producer, from, to, isPaused);
    pipes.set(to, pipe);
    try {
      await pipe.made;
    } catch (error) {
      if (pipes.get(to) === pipe) pipes.delete(to);
      throw error;
    }
  }

  /** Whether a consumer on a seat shows a stream. Does nothing for one that is sent from that seat. */
  async watch(producerId: string, on: Seat, consumerId: string, shows: boolean): Promise<void> {
    const pipe = this.#pipes.get(producerId)?.get(on);
    if (!pipe) return;
    if (shows) pipe.watchers.add(consumerId);
    else pipe.watchers.delete(consumerId);
    await change(pipe, async ({ consumer }) => {
      const wanted = pipe.watchers.size > 0;
      if (wanted && consumer.paused) await consumer.resume();
      if (!wanted && !consumer.paused) await consumer.pause();
    });
  }

  /** Brings the copies of a producer that was paused or resumed into its state. */
  async follow(producerId: string, isPaused: () => boolean): Promise<void> {
    const pipes = [...(this.#pipes.get(producerId)?.values() ?? [])];
    await Promise.all(pipes.map((pipe) => change(pipe, (carried) => align(carried.producer, isPaused()))));
  }

  /** Ends a stream on all seats, within this call. */
  close(producerId: string): void {
    for (const { carried } of this.#pipes.get(producerId)?.values() ?? []) carried?.producer.close();
    this.#pipes.delete(producerId);
  }

  /** Forgets what led to a seat that is gone. */
  forget(seat: Seat): void {
    this.#links.delete(seat);
    for (const links of this.#links.values()) links.delete(seat);
    for (const pipes of this.#pipes.values()) pipes.delete(seat);
  }

  #open(producer: Producer, from: Seat, to: Seat, isPaused: () => boolean): Pipe {
    const made = this.#carry(producer, from, to, isPaused).then((carried) => {
      pipe.carried = carried;
      return carried;
    });
    const pipe: Pipe = { made, carried: null, watchers: new Set(), turn: made.catch(() => undefined) };
    return pipe;
  }

  async #carry(producer: Producer, from: Seat, to: Seat, isPaused: () => boolean): Promise<Carried> {
    const carried = await (await this.#link(from, to)).carry(producer);
    await align(carried.producer, isPaused());
    if (!producer.closed) return carried;
    carried.producer.close();
    throw new Error('producer not found: it closed while it was piped');
  }

  async #link(from: Seat, to: Seat): Promise<Link> {
    const links = within(this.#links, from);
    const opening = links.get(to) ?? Link.open(from, to);
    links.set(to, opening);
    const link = await opening.catch(() => null);
    if (link && !link.closed) return link;
    if (links.get(to) === opening) links.delete(to);
    throw new Error('producer not found: no way to it just now');
  }
}

/** Changes one pipe after the changes before. One that closes meanwhile needs nothing more. */
async function change(pipe: Pipe, apply: (carried: Carried) => Promise<void>): Promise<void> {
  const turn = pipe.turn.then(async () => {
    const { carried } = pipe;
    if (!carried || carried.producer.closed) return;
    try {
      await apply(carried);
    } catch (error) {
      if (!carried.producer.closed) throw error;
    }
  });
  pipe.turn = turn.catch(() => undefined);
  await turn;
}

async function align(copy: Producer, paused: boolean): Promise<void> {
  if (copy.paused === paused) return;
  await (paused ? copy.pause() : copy.resume());
}

function within<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  const found = maps.get(key) ?? new Map<Inner, Value>();
  maps.set(key, found);
  return found;
}
