import type { NodeId } from '../../cluster/cluster.ts';
import type { Branch } from '../branch.ts';

/** A node that serves a part of a meeting's media. */
export interface Station {
  readonly node: NodeId;
  readonly branch: Branch;
}
