import { randomUUID } from 'node:crypto';
import { ProtocolError } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { NodeId } from '../../cluster/cluster.ts';
import type { Branch, BranchListener } from '../branch.ts';
import type { BranchMethod, MediaMessage, MediaQuestion } from './messages.ts';

interface Remote {
  readonly node: NodeId;
  readonly listener: BranchListener;
}

/** Branches on other nodes of meetings that this node owns. */
export class RemoteBranches {
  readonly #ask: (node: NodeId, question: MediaQuestion) => Promise<unknown>;
  readonly #tell: (node: NodeId, message: MediaMessage) => void;
  readonly #rooms = new Map<string, Remote>();

  constructor(
    ask: (node: NodeId, question: MediaQuestion) => Promise<unknown>,
    tell: (node: NodeId, message: MediaMessage) => void,
  ) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /** Throws ProtocolError as the other node refuses, `unavailable` where it does not answer. */
  async open(node: NodeId, meeting: MeetingId, listener: BranchListener): Promise<Branch> {
    const room = randomUUID();
    this.#rooms.set(room, { node, listener });
    try {
      await this.#ask(node, { about: 'branch', room, meeting });
    } catch (error) {
      this.#rooms.delete(room);
      throw error;
    }
    return this.#branch(room, node);
  }

  /** From the node that serves a branch. */
  take(from: NodeId, message: MediaMessage): void {
    if (message.t !== 'branchEvent') return;
    const { room, event } = message;
    const remote = this.#rooms.get(room);
    if (remote?.node !== from) return;
    if (event.kind === 'lost') this.#rooms.delete(room);
    remote.listener(event);
  }

  /** A node died, or left. */
  gone(node: NodeId): void {
    for (const [room, remote] of [...this.#rooms]) {
      if (remote.node === node) this.take(node, { t: 'branchEvent', room, event: { kind: 'lost' } });
    }
  }

  #branch(room: string, node: NodeId): Branch {
    const ask =
      <Method extends BranchMethod>(method: Method) =>
      (...args: Parameters<Branch[Method]>): ReturnType<Branch[Method]> =>
        // The same method answers at the other end.
        this.#askOf(room, method, args) as ReturnType<Branch[Method]>;
    return {
      createTransport: ask('createTransport'),
      connectTransport: ask('connectTransport'),
      restartIce: ask('restartIce'),
      closeTransport: ask('closeTransport'),
      produce: ask('produce'),
      setProducer: ask('setProducer'),
      consume: ask('consume'),
      setConsumers: ask('setConsumers'),
      closeConsumer: ask('closeConsumer'),
      requestKeyFrame: ask('requestKeyFrame'),
      closeDevice: ask('closeDevice'),
      stopSources: ask('stopSources'),
      openCrossing: ask('openCrossing'),
      connectCrossing: ask('connectCrossing'),
      closeCrossing: ask('closeCrossing'),
      lend: ask('lend'),
      setLent: ask('setLent'),
      endLoan: ask('endLoan'),
      borrow: ask('borrow'),
      setBorrowed: ask('setBorrowed'),
      giveBack: ask('giveBack'),
      close: () => {
        if (this.#rooms.delete(room)) this.#tell(node, { t: 'endBranch', room });
      },
    };
  }

  async #askOf(room: string, method: BranchMethod, args: readonly unknown[]): Promise<unknown> {
    const remote = this.#rooms.get(room);
    if (!remote) throw new ProtocolError('media-unavailable', { retryAfterMs: 500 });
    return this.#ask(remote.node, { about: 'media', room, method, args });
  }
}
