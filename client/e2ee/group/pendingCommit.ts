import type { MadeCommit } from './commit.ts';
import { GroupError } from './error.ts';
import type { Group } from './group.ts';
import type { Member } from './roster.ts';

/** A commit that the delivery service has yet to accept. Accept or discard it, once. */
export class PendingCommit {
  /** For the delivery service: a PrivateMessage. */
  readonly commit: Uint8Array;
  /** For the joiners, one for all; undefined without adds. */
  readonly welcome: Uint8Array | undefined;
  /** The epoch that begins with this commit. */
  readonly epoch: bigint;
  /** The members it adds, with the leaves they get, and the members it removes. */
  readonly added: readonly Member[];
  readonly removed: readonly Member[];
  #fate: { adopt: (current: Group) => Group; forget: () => void } | undefined;

  /** For this folder only: use `Group.commit`. */
  constructor(made: MadeCommit, adopt: (current: Group) => Group, forget: () => void) {
    this.commit = made.commit;
    this.welcome = made.welcome;
    this.epoch = made.next.groupContext.epoch;
    this.added = made.added;
    this.removed = made.removed;
    this.#fate = { adopt, forget };
  }

  /**
   * The group after the commit. `current` is the group this was made on or, where messages came in
   * meanwhile, its successor in the same epoch; it is spent by this. Throws GroupError 'spent',
   * 'bad-argument' (another epoch).
   */
  accept(current: Group): Group {
    if (this.#fate === undefined) throw new GroupError('spent', 'accepted or discarded before');
    const next = this.#fate.adopt(current);
    this.#fate = undefined;
    return next;
  }

  /** Forgets a commit that lost. Idempotent. The group it was made on goes on. */
  discard(): void {
    this.#fate?.forget();
    this.#fate = undefined;
  }
}
