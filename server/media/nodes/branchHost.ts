import { ProtocolError } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { NodeId } from '../../cluster/cluster.ts';
import type { Branch, BranchListener } from '../branch.ts';
import type { BranchMethod, MediaMessage, MediaQuestion } from './messages.ts';

interface Served {
  readonly owner: NodeId;
  readonly opening: Promise<Branch>;
  ended: boolean;
}

export interface BranchHostParts {
  readonly tell: (node: NodeId, message: MediaMessage) => void;
  /** Throws ProtocolError `media-unavailable`. */
  readonly open: (meeting: MeetingId, listener: BranchListener) => Promise<Branch>;
  /** Throws ProtocolError where a meeting's rules do not let its media pass from its owner to here. */
  readonly check: (meeting: MeetingId, owner: NodeId) => Promise<void>;
}

/** Branches that this node serves for meetings which others own. It does what their owners say, and judges regions alone. */
export class BranchHost {
  readonly #parts: BranchHostParts;
  readonly #rooms = new Map<string, Served>();

  constructor(parts: BranchHostParts) {
    this.#parts = parts;
  }

  /** Meetings of others that pass here. */
  get size(): number {
    return this.#rooms.size;
  }

  /** For the owner of a meeting. Throws ProtocolError as MediaRoom does. */
  async answer(from: NodeId, question: MediaQuestion): Promise<unknown> {
    const { room } = question;
    if (question.about === 'branch') this.#begin(from, room, question.meeting);
    const served = this.#rooms.get(room);
    if (served?.owner !== from) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
    const branch = await served.opening;
    return question.about === 'media' ? call(branch, question.method, question.args) : null;
  }

  /** From the owner of a meeting. */
  take(from: NodeId, message: MediaMessage): void {
    if (message.t === 'endBranch') this.#end(message.room, from);
  }

  /** A node died: nobody owns its branches any more. */
  gone(node: NodeId): void {
    for (const [room, { owner }] of [...this.#rooms]) if (owner === node) this.#end(room, owner);
  }

  /** Ends all, and says so. Idempotent. */
  close(): void {
    for (const [room, { owner }] of [...this.#rooms]) {
      this.#parts.tell(owner, { t: 'branchEvent', room, event: { kind: 'lost' } });
      this.#end(room, owner);
    }
  }

  #begin(owner: NodeId, room: string, meeting: MeetingId): void {
    const { open, check, tell } = this.#parts;
    const listener: BranchListener = (event) => {
      if (!served.ended) tell(owner, { t: 'branchEvent', room, event });
    };
    const served: Served = {
      owner,
      ended: false,
      opening: check(meeting, owner).then(() => open(meeting, listener)),
    };
    this.#rooms.set(room, served);
    served.opening.then(
      (branch) => {
        if (served.ended) branch.close();
      },
      () => this.#rooms.delete(room),
    );
  }

  #end(room: string, from: NodeId): void {
    const served = this.#rooms.get(room);
    if (served?.owner !== from) return;
    this.#rooms.delete(room);
    served.ended = true;
    served.opening.then(
      (branch) => branch.close(),
      () => undefined,
    );
  }
}

/** The owner is a server of this site and sends what the same method takes. */
function call(branch: Branch, method: BranchMethod, args: readonly unknown[]): unknown {
  const work = branch[method] as (...args: readonly unknown[]) => unknown;
  return work.apply(branch, [...args]);
}
