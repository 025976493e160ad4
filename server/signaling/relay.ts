import type { Socket } from 'socket.io';
import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import type { Cluster, NodeId } from '../cluster/cluster.ts';
import type { Log } from '../log.ts';

/** What nodes say to each other about sockets: from the one that holds it to the meeting's owner, and back. */
export type RelayMessage =
  | { readonly t: 'open'; readonly socket: string; readonly meeting: MeetingId; readonly address: string }
  | {
      readonly t: 'request';
      readonly socket: string;
      /** Names the answer; null where none is asked for. */
      readonly id: number | null;
      readonly name: unknown;
      readonly args: readonly unknown[];
    }
  | { readonly t: 'gone'; readonly socket: string }
  | { readonly t: 'answer'; readonly socket: string; readonly id: number; readonly result: unknown }
  | {
      readonly t: 'event';
      readonly sockets: readonly string[];
      readonly name: string;
      readonly data: unknown;
    }
  /** `come back`: the connection breaks, so that the browser makes another. */
  | { readonly t: 'close'; readonly socket: string; readonly comeBack: boolean };

type Acknowledge = (result: unknown) => void;

interface Relayed {
  readonly meeting: MeetingId;
  readonly socket: Socket;
  readonly to: NodeId;
  readonly acknowledges: Map<number, Acknowledge>;
  next: number;
}

/** Breaks a connection below the protocol: the browser comes back by itself, to whichever node it finds. */
export function breakOff(socket: Socket): void {
  socket.conn.close();
}

/** Sockets of this node whose meetings others own. Passes on what comes and goes, in order, and judges nothing. */
export class Relay {
  readonly #cluster: Pick<Cluster, 'send'>;
  readonly #log: Log;
  readonly #takes: (socket: Socket) => number;
  readonly #sockets = new Map<string, Relayed>();

  /** `takes`: 0, or the milliseconds a socket must wait before its next request. */
  constructor(cluster: Pick<Cluster, 'send'>, log: Log, takes: (socket: Socket) => number) {
    this.#cluster = cluster;
    this.#log = log;
    this.#takes = takes;
  }

  /** Sockets of a meeting that are relayed from here. */
  users(meeting: MeetingId): number {
    let count = 0;
    for (const relayed of this.#sockets.values()) if (relayed.meeting === meeting) count += 1;
    return count;
  }

  open(socket: Socket, to: NodeId, meeting: MeetingId, address: string): void {
    const relayed: Relayed = { meeting, socket, to, acknowledges: new Map(), next: 1 };
    this.#sockets.set(socket.id, relayed);
    this.#send(relayed, { t: 'open', socket: socket.id, meeting, address });
    socket.onAny((name: unknown, ...given: unknown[]) => this.#pass(relayed, name, given));
    socket.on('disconnect', () => {
      if (this.#sockets.delete(socket.id)) this.#send(relayed, { t: 'gone', socket: socket.id });
    });
  }

  /** From the owner of a meeting. */
  take(from: NodeId, message: RelayMessage): void {
    switch (message.t) {
      case 'answer': {
        const relayed = this.#of(message.socket, from);
        const acknowledge = relayed?.acknowledges.get(message.id);
        relayed?.acknowledges.delete(message.id);
        acknowledge?.(message.result);
        return;
      }
      case 'event':
        for (const id of message.sockets) this.#of(id, from)?.socket.emit(message.name, message.data);
        return;
      case 'close': {
        const relayed = this.#of(message.socket, from);
        if (!relayed) return;
        this.#sockets.delete(message.socket);
        if (message.comeBack) breakOff(relayed.socket);
        else relayed.socket.disconnect(true);
        return;
      }
    }
  }

  /** The owner of their meetings is gone. */
  gone(node: NodeId): void {
    for (const [id, { socket, to }] of this.#sockets) {
      if (to !== node) continue;
      this.#sockets.delete(id);
      breakOff(socket);
    }
  }

  #of(id: string, from: NodeId): Relayed | null {
    const relayed = this.#sockets.get(id);
    return relayed?.to === from ? relayed : null;
  }

  #pass(relayed: Relayed, name: unknown, given: readonly unknown[]): void {
    const { socket, acknowledges } = relayed;
    const last = given.at(-1);
    const isAsking = typeof last === 'function';
    // socket.io hands the acknowledgement over as a bare function.
    const acknowledge = isAsking ? (last as Acknowledge) : null;
    const waitMs = this.#takes(socket);
    if (waitMs > 0) {
      const failure = new ProtocolError('rate-limited', { retryAfterMs: waitMs }).toFailure();
      acknowledge?.({ ok: false, failure });
      return;
    }
    const id = acknowledge ? relayed.next : null;
    if (acknowledge) {
      acknowledges.set(relayed.next, acknowledge);
      relayed.next += 1;
    }
    const args = isAsking ? given.slice(0, -1) : given;
    this.#send(relayed, { t: 'request', socket: socket.id, id, name, args });
  }

  #send({ socket, to }: Relayed, message: RelayMessage): void {
    this.#cluster.send(to, message).catch((error: unknown) => {
      this.#log.warn({ error }, 'a socket could not be relayed');
      this.#sockets.delete(socket.id);
      breakOff(socket);
    });
  }
}
