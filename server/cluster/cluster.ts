import type { MeetingId } from '../../shared/ids.ts';

/**
 * How several servers are one site.
 *
 * Each meeting has one owner: the node that holds its state machine, its delivery order and its media room. Browsers
 * may connect to any node; one that does not own the meeting relays the socket to the owner, message by message and in
 * order, and decides nothing. So the rules run in one place, exactly as on a single server.
 *
 * A node is alive while it renews its lease. Whoever needs a meeting whose owner is not alive takes it over, under a
 * new fencing token; what the former owner still writes is refused by that token. The owner writes each command that
 * changes a meeting into the meeting's journal *before* it answers. Decisions are pure, so the successor has the same
 * state once it has read the last snapshot and decided the commands after it again: roster, epoch, order and held
 * stream, lobby, grace. Signed records are in the database besides, appended there by compare-and-set, which makes
 * repeating them harmless. What is lost with a node is its sockets and its media; browsers come back within their grace,
 * present themselves, and are told to set up their media anew. The MLS group goes on: its members never noticed.
 *
 * Redis carries the leases, the journals and the messages between nodes. It is not believed: everything in it is sealed
 * with a key that the site's servers share, messages are numbered, and what a node is (its region above all) is looked
 * up in the operator's signed site list. Who controls Redis can stop the site, and learns sizes and times.
 */
export interface Cluster {
  /** This node, anew at each start. */
  readonly self: NodeId;
  /** Nodes alive now, this one included. */
  nodes(): readonly Node[];
  /** Tells the others how loaded this node is, 0 to 1, and whether it still takes meetings. */
  report(load: number, draining: boolean): void;
  /** Sends to one node, in order. Lost when it dies. Throws ClusterUnavailable. */
  send(to: NodeId, message: unknown): Promise<void>;
  /** The owner of a meeting, which becomes `candidate` where nobody alive owns it. Throws ClusterUnavailable. */
  own(meeting: MeetingId, candidate: NodeId): Promise<Ownership>;
  /** The journal of a meeting that this node owns; null on a site of one server, where nobody could take over. */
  journal(meeting: MeetingId, ownership: Ownership): Journal | null;
  /** Gives a meeting up; `forget` its journal where nothing in it is needed any more. */
  release(meeting: MeetingId, ownership: Ownership, forget: boolean): Promise<void>;
  /** Says goodbye to the other nodes. Idempotent. */
  close(): Promise<void>;
}

declare const nodeId: unique symbol;
/** Names one run of one node. */
export type NodeId = string & { readonly [nodeId]: true };

export interface Node {
  readonly id: NodeId;
  /** As in the site list. */
  readonly name: string;
  /** Where it says it is; what a meeting's rules are held to is the site list alone. */
  readonly region: string | null;
  readonly load: number;
  readonly draining: boolean;
}

export interface Ownership {
  readonly node: NodeId;
  /** Grows with each change of owner. */
  readonly token: number;
}

/** The commands of one meeting since its last snapshot. All but `read` throw NotOwner once another node owns it. */
export interface Journal {
  read(): Promise<{ readonly snapshot: Uint8Array | null; readonly entries: readonly Uint8Array[] }>;
  append(entry: Uint8Array): Promise<void>;
  /** Replaces everything before. */
  snapshot(state: Uint8Array): Promise<void>;
}

/** What a node hears of the others. */
export interface ClusterListener {
  message(from: NodeId, message: unknown): void;
  /** A node died or left; nothing comes from it any more. */
  gone(node: NodeId): void;
}

/** Another node owns the meeting now. */
export class NotOwner extends Error {
  constructor() {
    super('another node owns this meeting now');
    this.name = 'NotOwner';
  }
}

/** What joins the nodes cannot be reached. */
export class ClusterUnavailable extends Error {
  constructor(cause: unknown) {
    super('the other servers of this site cannot be reached', { cause });
    this.name = 'ClusterUnavailable';
  }
}
