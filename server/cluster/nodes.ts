import type { Node, NodeId } from './cluster.ts';

/** Load from which a node takes no meeting that another may have. */
const BUSY = 0.7;

export interface MediaWish {
  /** The node that owns the meeting; it is the one where no other may. */
  readonly owner: NodeId;
  /** The one that the device is connected to. */
  readonly near: NodeId;
  /** Those that serve media of the meeting. */
  readonly using: ReadonlySet<NodeId>;
  readonly isAllowed: (node: Node) => boolean;
}

/**
 * The node for the media of a device: in the region that it is connected in, where that has one with room, so that its
 * packets take the short way to us and only what is watched goes on. Within a region it is the owner, then nodes that
 * serve the meeting already, since each further one costs a copy of each stream watched there.
 */
export function chooseMediaNode(
  nodes: readonly Node[],
  { owner, near, using, isAllowed }: MediaWish,
): NodeId {
  const region = nodes.find(({ id }) => id === near)?.region ?? null;
  const rank = (node: Node) => {
    const full = node.load >= BUSY ? 1 : 0;
    const familiar = node.id === owner ? 0 : using.has(node.id) ? 1 : node.id === near ? 2 : 3;
    return [full, full ? node.load : 0, node.region === region ? 0 : 1, familiar, node.load];
  };
  const ranked = nodes
    .filter((node) => !node.draining && isAllowed(node))
    .map((node) => ({ node, rank: rank(node) }))
    .sort((a, b) => compare(a.rank, b.rank) || (a.node.name < b.node.name ? -1 : 1));
  return ranked[0]?.node.id ?? owner;
}

function compare(one: readonly number[], other: readonly number[]): number {
  const differs = one.findIndex((value, index) => value !== other[index]);
  return differs < 0 ? 0 : (one[differs] ?? 0) - (other[differs] ?? 0);
}

/**
 * The node for a meeting that nobody owns: the one somebody came to first, unless it is busy and another is less so.
 * `allowed`: whether a meeting's regions allow a node. Null where none does.
 */
export function chooseNode(
  nodes: readonly Node[],
  here: NodeId,
  allowed: (node: Node) => boolean,
): NodeId | null {
  const may = nodes.filter((node) => !node.draining && allowed(node));
  const [least] = [...may].sort((a, b) => a.load - b.load || (a.name < b.name ? -1 : 1));
  if (!least) return null;
  const own = may.find(({ id }) => id === here);
  return own && (own.load < BUSY || own.load <= least.load) ? own.id : least.id;
}
