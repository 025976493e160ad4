import { type Failure, fromFailure, ProtocolError } from '../../shared/errors.ts';
import type { Log } from '../log.ts';
import type { Cluster, NodeId } from './cluster.ts';

export type CallMessage =
  | { readonly t: 'ask'; readonly id: number; readonly question: unknown }
  | { readonly t: 'reply'; readonly id: number; readonly result: CallResult };

type CallResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: Failure };

interface Waiting {
  readonly node: NodeId;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Questions from node to node, and their answers, in order with whatever else is sent. */
export class Calls<Question> {
  readonly #cluster: Pick<Cluster, 'send'>;
  readonly #answer: (from: NodeId, question: Question) => Promise<unknown>;
  readonly #log: Log;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(
    cluster: Pick<Cluster, 'send'>,
    answer: (from: NodeId, question: Question) => Promise<unknown>,
    log: Log,
  ) {
    this.#cluster = cluster;
    this.#answer = answer;
    this.#log = log;
  }

  /** Throws ProtocolError as the other node refuses, and `unavailable` where it does not answer. */
  ask(node: NodeId, question: Question): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { node, resolve, reject });
      this.#send(node, { t: 'ask', id, question }, () => this.#settle(id, node)?.reject(unavailable()));
    });
  }

  take(from: NodeId, message: CallMessage): void {
    if (message.t === 'ask') this.#reply(from, message.id, message.question as Question); // Sent by `ask`.
    if (message.t !== 'reply') return;
    const { id, result } = message;
    const waiting = this.#settle(id, from);
    if (result.ok) waiting?.resolve(result.value);
    else waiting?.reject(fromFailure(result.failure));
  }

  /** A node died, or left. */
  gone(node: NodeId): void {
    for (const [id, waiting] of [...this.#waiting]) {
      if (waiting.node === node) this.#settle(id, node)?.reject(unavailable());
    }
  }

  #settle(id: number, from: NodeId): Waiting | null {
    const waiting = this.#waiting.get(id);
    if (waiting?.node !== from) return null;
    this.#waiting.delete(id);
    return waiting;
  }

  #reply(to: NodeId, id: number, question: Question): void {
    const reply = (result: CallResult) => this.#send(to, { t: 'reply', id, result }, () => undefined);
    this.#answer(to, question).then(
      (value) => reply({ ok: true, value }),
      (error: unknown) => {
        if (!(error instanceof ProtocolError))
          this.#log.error({ error }, 'another server could not be answered');
        const refusal = error instanceof ProtocolError ? error : new ProtocolError('unavailable');
        reply({ ok: false, failure: refusal.toFailure() });
      },
    );
  }

  #send(to: NodeId, message: CallMessage, failed: () => void): void {
    this.#cluster.send(to, message).catch((error: unknown) => {
      this.#log.warn({ error }, 'another server could not be reached');
      failed();
    });
  }
}

function unavailable(): ProtocolError {
  return new ProtocolError('unavailable', { retryAfterMs: 500 });
}
