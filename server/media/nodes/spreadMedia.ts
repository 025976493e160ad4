import { ProtocolError } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { Policy } from '../../../shared/roles.ts';
import type { Cluster, Node, NodeId } from '../../cluster/cluster.ts';
import { chooseMediaNode } from '../../cluster/nodes.ts';
import type { Place } from '../../cluster/place.ts';
import type { Log } from '../../log.ts';
import type { MediaRoomListener } from '../events.ts';
import type { MediaRoom } from '../mediaRoom.ts';
import type { MediaRooms } from '../rooms.ts';
import { BranchHost } from './branchHost.ts';
import type { MediaMessage, MediaQuestion } from './messages.ts';
import { RemoteBranches } from './remoteBranches.ts';
import { SpreadRoom, type Surroundings } from './spreadRoom.ts';

export interface SpreadMediaParts {
  readonly media: MediaRooms;
  readonly cluster: Cluster;
  readonly place: Place;
  /** How loaded this node is now, 0 to 1. */
  readonly load: () => number;
  /** The rules of a meeting that another node owns. Throws ProtocolError. */
  readonly rulesOf: (meeting: MeetingId) => Promise<Policy>;
  readonly log: Log;
  /** Asks another node; see `answer`. */
  readonly ask: (node: NodeId, question: MediaQuestion) => Promise<unknown>;
}

/** The media of a site: of the meetings that this node owns, wherever it is served, and what it serves of others. */
export class SpreadMedia {
  readonly #parts: SpreadMediaParts;
  readonly #remote: RemoteBranches;
  readonly #host: BranchHost;

  constructor(parts: SpreadMediaParts) {
    this.#parts = parts;
    const { ask, cluster, log, media } = parts;
    const tell = (node: NodeId, message: MediaMessage) => {
      cluster.send(node, message).catch((error: unknown) => {
        log.warn({ error }, 'another server could not be told of media');
      });
    };
    this.#remote = new RemoteBranches(ask, tell);
    this.#host = new BranchHost({
      tell,
      open: (meeting, listener) => media.open(meeting, listener),
      check: (meeting, owner) => this.#check(meeting, owner),
    });
  }

  /** Meetings of other nodes that this one serves a part of. */
  get serving(): number {
    return this.#host.size;
  }

  /** Media of a meeting that this node owns. `rules`: those that hold now. Throws ProtocolError `media-unavailable`. */
  open(meeting: MeetingId, listener: MediaRoomListener, rules: () => Policy): Promise<MediaRoom> {
    const { cluster, media, place, load } = this.#parts;
    const nodeOf = (id: NodeId) => cluster.nodes().find((node) => node.id === id);
    const isAllowed = (node: Node) => place.allows(node.name, rules());
    const around: Surroundings = {
      self: cluster.self,
      choose: (near, using) => {
        // What the others know of this node is a moment old.
        const nodes = cluster
          .nodes()
          .map((node) => (node.id === cluster.self ? { ...node, load: load() } : node));
        return chooseMediaNode(nodes, { owner: cluster.self, near, using, isAllowed });
      },
      allows: (id) => {
        const node = nodeOf(id);
        return node !== undefined && isAllowed(node);
      },
      fields: (id) => place.fields(rules(), nodeOf(id) ?? null),
      open: (node, branchListener) =>
        node === cluster.self
          ? media.open(meeting, branchListener)
          : this.#remote.open(node, meeting, branchListener),
    };
    return SpreadRoom.open(around, listener);
  }

  /** For another node. Throws ProtocolError. */
  answer(from: NodeId, question: MediaQuestion): Promise<unknown> {
    return this.#host.answer(from, question);
  }

  /** From another node. */
  take(from: NodeId, message: MediaMessage): void {
    this.#remote.take(from, message);
    this.#host.take(from, message);
  }

  gone(node: NodeId): void {
    this.#remote.gone(node);
    this.#host.gone(node);
  }

  /** Serves nothing of others any more. Idempotent. */
  close(): void {
    this.#host.close();
  }

  /** Who owns a meeting is Redis's word: what its members signed counts, here as there. */
  async #check(meeting: MeetingId, owner: NodeId): Promise<void> {
    const { cluster, place, rulesOf } = this.#parts;
    const rules = await rulesOf(meeting);
    const from = cluster.nodes().find(({ id }) => id === owner);
    const fits = place.isFor(rules) && (from ? place.allows(from.name, rules) : !rules.residency);
    if (!fits) throw new ProtocolError('region-unavailable');
  }
}
