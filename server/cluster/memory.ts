import { randomUUID } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { MeetingId } from '../../shared/ids.ts';
import {
  type Cluster,
  type ClusterListener,
  type Journal,
  type Node,
  type NodeId,
  NotOwner,
  type Ownership,
} from './cluster.ts';

interface Kept {
  owner: Ownership;
  snapshot: Uint8Array | null;
  entries: Uint8Array[];
}

/** Nodes within one process: what a single server is, and several in a test. */
export class MemoryHub {
  readonly #members = new Map<NodeId, { node: Node; readonly listener: ClusterListener }>();
  readonly #meetings = new Map<MeetingId, Kept>();
  #tokens = 0;

  join(name: string, listener: ClusterListener, region: string | null = null): MemoryCluster {
    const id = randomUUID() as NodeId; // Made here only.
    this.#members.set(id, { node: { id, name, region, load: 0, draining: false }, listener });
    return new MemoryCluster(this, id);
  }

  /** The node is gone, as if its process had died. */
  leave(id: NodeId): void {
    if (!this.#members.delete(id)) return;
    for (const { listener } of this.#members.values()) listener.gone(id);
  }

  nodes(): readonly Node[] {
    return [...this.#members.values()].map(({ node }) => node);
  }

  report(id: NodeId, load: number, draining: boolean): void {
    const member = this.#members.get(id);
    if (member) member.node = { ...member.node, load, draining };
  }

  deliver(from: NodeId, to: NodeId, message: unknown): void {
    // As between machines: nothing is shared, and nothing arrives while the sender is still at work.
    const copy = serialize(message);
    setImmediate(() => {
      if (this.#members.has(from)) this.#members.get(to)?.listener.message(from, deserialize(copy));
    });
  }

  own(meeting: MeetingId, candidate: NodeId): Ownership {
    const kept = this.#meetings.get(meeting);
    if (kept && this.#members.has(kept.owner.node)) return kept.owner;
    this.#tokens += 1;
    const owner = { node: candidate, token: this.#tokens };
    this.#meetings.set(meeting, { snapshot: null, entries: [], ...kept, owner });
    return owner;
  }

  kept(meeting: MeetingId, { node, token }: Ownership): Kept {
    const kept = this.#meetings.get(meeting);
    if (kept?.owner.node !== node || kept.owner.token !== token) throw new NotOwner();
    return kept;
  }

  release(meeting: MeetingId, ownership: Ownership, forget: boolean): void {
    const kept = this.#meetings.get(meeting);
    if (kept?.owner.token !== ownership.token) return;
    if (forget) this.#meetings.delete(meeting);
    else kept.owner = { node: '' as NodeId, token: ownership.token }; // Nobody: no node is called so.
  }
}

/** One of several nodes within this process, joined by a hub. */
export class MemoryCluster implements Cluster {
  readonly self: NodeId;
  readonly #hub: MemoryHub;

  constructor(hub: MemoryHub, self: NodeId) {
    this.#hub = hub;
    this.self = self;
  }

  nodes(): readonly Node[] {
    return this.#hub.nodes();
  }

  report(load: number, draining: boolean): void {
    this.#hub.report(this.self, load, draining);
  }

  async send(to: NodeId, message: unknown): Promise<void> {
    this.#hub.deliver(this.self, to, message);
  }

  async own(meeting: MeetingId, candidate: NodeId): Promise<Ownership> {
    return this.#hub.own(meeting, candidate);
  }

  journal(meeting: MeetingId, ownership: Ownership): Journal | null {
    const kept = () => this.#hub.kept(meeting, ownership);
    return {
      read: async () => kept(),
      append: async (entry) => {
        kept().entries.push(entry);
      },
      snapshot: async (state) => {
        const mine = kept();
        mine.snapshot = state;
        mine.entries = [];
      },
    };
  }

  async release(meeting: MeetingId, ownership: Ownership, forget: boolean): Promise<void> {
    this.#hub.release(meeting, ownership, forget);
  }

  async close(): Promise<void> {
    this.#hub.leave(this.self);
  }
}

/** A site of one server. */
export class SoloCluster extends MemoryCluster {
  constructor(name: string, region: string | null = null) {
    const hub = new MemoryHub();
    super(hub, hub.join(name, { message: () => undefined, gone: () => undefined }, region).self);
  }

  override journal(): null {
    return null;
  }
}
