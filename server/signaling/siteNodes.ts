import { setTimeout as delay } from 'node:timers/promises';
import type { MeetingId } from '../../shared/ids.ts';
import type { Cluster, Node, NodeId } from '../cluster/cluster.ts';

/** How long another server may take to say how it is, in milliseconds. */
const PATIENCE_MS = 2_000;

/** What one server asks another at an administrator's will. */
export type AdminQuestion =
  | { readonly about: 'node' }
  | { readonly about: 'drain'; readonly minutes: number | null }
  | { readonly about: 'stop'; readonly meeting: MeetingId };

/** A server of the site, and what it says of itself; null where it did not answer in time. */
export interface Told {
  readonly node: Node;
  readonly about: unknown;
}

export interface SiteNodesParts {
  readonly cluster: Pick<Cluster, 'self' | 'nodes'>;
  readonly ask: (node: NodeId, question: AdminQuestion) => Promise<unknown>;
  /** What this server says of itself. */
  readonly about: () => Promise<unknown>;
  /** Has this server drain by so many minutes from now, or no more. */
  readonly drain: (minutes: number | null) => void;
  /** Sends everybody home from a meeting that this server runs. */
  readonly stop: (meeting: MeetingId) => Promise<void>;
}

/** The servers of a site as an administrator deals with them, from whichever of them they reached. */
export class SiteNodes {
  readonly #parts: SiteNodesParts;

  constructor(parts: SiteNodesParts) {
    this.#parts = parts;
  }

  /** All that are alive, this one first. */
  everywhere(): Promise<readonly Told[]> {
    const { about, ask, cluster } = this.#parts;
    const nodes = cluster.nodes();
    const here = nodes.filter(({ id }) => id === cluster.self);
    const others = nodes.filter(({ id }) => id !== cluster.self);
    return Promise.all([
      ...here.map(async (node) => ({ node, about: await about() })),
      ...others.map(async (node) => {
        const answer = ask(node.id, { about: 'node' }).catch(() => null);
        return { node, about: await Promise.race([answer, delay(PATIENCE_MS, null, { ref: false })]) };
      }),
    ]);
  }

  /** Throws ProtocolError `unavailable` where that server does not answer. */
  async drain(node: NodeId, minutes: number | null): Promise<void> {
    if (node === this.#parts.cluster.self) this.#parts.drain(minutes);
    else await this.#parts.ask(node, { about: 'drain', minutes });
  }

  /** Wherever it is run. One that cannot be reached loses its meetings; whoever comes back finds this one over. */
  async stop(meeting: MeetingId): Promise<void> {
    const { ask, cluster, stop } = this.#parts;
    const others = cluster.nodes().filter(({ id }) => id !== cluster.self);
    await Promise.all([
      stop(meeting),
      ...others.map(({ id }) => ask(id, { about: 'stop', meeting }).catch(() => undefined)),
    ]);
  }

  /** What another server asks of this one. */
  async answer(question: AdminQuestion): Promise<unknown> {
    switch (question.about) {
      case 'node':
        return this.#parts.about();
      case 'drain':
        return this.#parts.drain(question.minutes);
      case 'stop':
        return this.#parts.stop(question.meeting);
    }
  }
}
