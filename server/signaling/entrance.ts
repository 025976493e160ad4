import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { handshake } from '../../shared/protocol/socket.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Cluster, Node, NodeId } from '../cluster/cluster.ts';
import { chooseNode } from '../cluster/nodes.ts';
import type { Place } from '../cluster/place.ts';
import type { MeetingStore, StoredMeeting } from '../store/store.ts';
import type { RuleBook } from './ruleBook.ts';

export interface EntranceParts {
  readonly cluster: Pick<Cluster, 'self' | 'nodes' | 'own'>;
  readonly place: Place;
  readonly store: Pick<MeetingStore, 'find'>;
  readonly ruleBook: RuleBook;
  /** Throws ProtocolError where the operator's policies keep a connection out. */
  readonly admit: (request: IncomingMessage, version: string | undefined) => Promise<void>;
  /** Connections to a meeting that this server runs, and those it relays to another. */
  readonly users: (meeting: MeetingId) => { readonly served: number; readonly relayed: number };
  readonly socketsPerMeeting: number;
  /** Whether this server is about to restart. */
  readonly draining: () => boolean;
}

/** A connection that may come in: to which meeting, and which server runs that. */
export interface Admission {
  readonly meeting: MeetingId;
  readonly owner: NodeId;
}

/** Where connections come in: says which meeting one is for and who runs that, or why it may not come in. */
export class Entrance {
  readonly #parts: EntranceParts;

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  /** `auth` is what the browser sent along. Throws ProtocolError. */
  async admit(request: IncomingMessage, auth: { readonly [key: string]: unknown }): Promise<Admission> {
    // Looked at first: another version may shape the rest differently.
    if (typeof auth.protocol === 'number' && auth.protocol !== PROTOCOL_VERSION) {
      throw new ProtocolError('version-mismatch');
    }
    const parsed = handshake.safeParse(auth);
    if (!parsed.success) throw new ProtocolError('bad-request');
    const { meeting, version } = parsed.data;
    await this.#parts.admit(request, version);
    const stored = await this.#parts.store.find(meeting);
    if (!stored) throw new ProtocolError('not-found');
    if (stored.endedAt !== null) throw new ProtocolError('ended');
    this.#mustTake(meeting);
    // A meeting that people are in here was looked at when it was loaded.
    const isHere = this.#parts.users(meeting).served > 0;
    return { meeting, owner: isHere ? this.#parts.cluster.self : await this.#ownerOf(stored) };
  }

  #mustTake(meeting: MeetingId): void {
    const { cluster, draining, socketsPerMeeting } = this.#parts;
    const { served, relayed } = this.#parts.users(meeting);
    const isAlone = cluster.nodes().length < 2;
    if (served + relayed === 0 && isAlone && draining()) throw new ProtocolError('draining');
    if (served + relayed >= socketsPerMeeting) throw new ProtocolError('full');
  }

  /** The node that runs a meeting. Throws ProtocolError where no node may, or one that must not claims to. */
  async #ownerOf(stored: StoredMeeting): Promise<NodeId> {
    const { cluster, place, ruleBook } = this.#parts;
    const rules = await ruleBook.of(stored);
    const allowed = (node: Node) => place.allows(node.name, rules);
    const refusal = rules.residency ? 'region-unavailable' : 'unavailable';
    const candidate = chooseNode(cluster.nodes(), cluster.self, allowed);
    if (candidate === null) throw new ProtocolError(refusal);
    const { node: owner } = await cluster.own(stored.id, candidate);
    const node = cluster.nodes().find(({ id }) => id === owner);
    // Who can write to Redis can name any owner.
    if (node && !allowed(node)) throw new ProtocolError(refusal);
    return owner;
  }
}
