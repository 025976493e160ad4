import type { NodeId } from './cluster.ts';

/** Where a message stands among those of one node to another. Streams and messages count from 1. */
export interface Position {
  readonly stream: number;
  readonly number: number;
}

/**
 * `anew`: the first of a new stream, so the other side has given up what was said in the one before. `old`: came before.
 * `gap`: one before it is missing; `dead`: it follows a gap. After a gap nothing counts until a new stream begins.
 */
export type Verdict = 'next' | 'anew' | 'old' | 'gap' | 'dead';

const NOTHING: Position = { stream: 0, number: 0 };

/** Numbers messages to each node, and sees that those from each node come once and without gaps. */
export class InOrder {
  readonly #sent = new Map<NodeId, Position>();
  readonly #taken = new Map<NodeId, Position>();

  /** The position of the next message to a node. */
  next(to: NodeId): Position {
    const { stream, number } = this.#sent.get(to) ?? { stream: 1, number: 0 };
    const position = { stream, number: number + 1 };
    this.#sent.set(to, position);
    return position;
  }

  take(from: NodeId, { stream, number }: Position): Verdict {
    const last = this.#taken.get(from) ?? NOTHING;
    if (stream < last.stream) return 'old';
    const begins = stream > last.stream;
    if (!begins && last.number === Number.POSITIVE_INFINITY) return 'dead';
    if (!begins && number <= last.number) return 'old';
    const isNext = number === (begins ? 1 : last.number + 1);
    this.#taken.set(from, { stream, number: isNext ? number : Number.POSITIVE_INFINITY });
    if (!isNext) return 'gap';
    return begins && last.stream > 0 ? 'anew' : 'next';
  }

  /** The stream of a node that counts now, heard or broken off. */
  heard(from: NodeId): number {
    return (this.#taken.get(from) ?? NOTHING).stream;
  }

  /** Something of a stream to a node is lost, or may be: the next message begins another. Of an older one: nothing. */
  restart(to: NodeId, stream = this.#sent.get(to)?.stream): void {
    const current = this.#sent.get(to);
    if (current && current.stream === stream) this.#sent.set(to, { stream: stream + 1, number: 0 });
  }
}
