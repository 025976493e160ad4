import type { MeetingId } from '../../shared/ids.ts';
import type { Cluster, NodeId } from '../cluster/cluster.ts';
import type { Log } from '../log.ts';
import type { ServerEvent } from '../meeting/effects.ts';
import type { ClientSocket } from './clientSocket.ts';
import type { RelayMessage } from './relay.ts';

/** What comes between the node and its socket in the name of a relayed one; no socket's own name has it. */
const MARK = '/';

/** A socket that another node holds, for a meeting that this node owns. */
export class RemoteSocket implements ClientSocket {
  readonly id: string;
  readonly node: NodeId;
  readonly socket: string;
  readonly #send: (message: RelayMessage) => void;
  #listener: ((name: unknown, ...given: unknown[]) => void) | null = null;
  #onDisconnect: ((reason: string) => void)[] = [];
  #gone = false;

  constructor(node: NodeId, socket: string, send: (message: RelayMessage) => void) {
    this.id = `${node}${MARK}${socket}`;
    this.node = node;
    this.socket = socket;
    this.#send = send;
  }

  get disconnected(): boolean {
    return this.#gone;
  }

  emit(name: string, data: unknown): void {
    if (!this.#gone) this.#send({ t: 'event', sockets: [this.socket], name, data });
  }

  onAny(listener: (name: unknown, ...given: unknown[]) => void): void {
    this.#listener = listener;
  }

  on(_name: 'disconnect', listener: (reason: string) => void): void {
    this.#onDisconnect.push(listener);
  }

  disconnect(_close: true): void {
    this.#end(false);
  }

  /** Breaks the connection, so that the browser comes back. */
  breakOff(): void {
    this.#end(true);
  }

  request({ id, name, args }: Extract<RelayMessage, { t: 'request' }>): void {
    const { socket } = this;
    const acknowledge =
      id === null ? [] : [(result: unknown) => this.#send({ t: 'answer', socket, id, result })];
    this.#listener?.(name, ...args, ...acknowledge);
  }

  /** It is gone on the other node. */
  lost(): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const each of this.#onDisconnect.splice(0)) each('relayed socket gone');
  }

  #end(comeBack: boolean): void {
    if (this.#gone) return;
    this.#send({ t: 'close', socket: this.socket, comeBack });
    this.lost();
  }
}

/** Sockets that other nodes relay to this one. */
export class RemoteSockets {
  readonly #cluster: Pick<Cluster, 'send'>;
  readonly #log: Log;
  readonly #accept: (socket: RemoteSocket, meeting: MeetingId, address: string) => void;
  readonly #sockets = new Map<string, RemoteSocket>();

  constructor(
    cluster: Pick<Cluster, 'send'>,
    log: Log,
    accept: (socket: RemoteSocket, meeting: MeetingId, address: string) => void,
  ) {
    this.#cluster = cluster;
    this.#log = log;
    this.#accept = accept;
  }

  get size(): number {
    return this.#sockets.size;
  }

  get(id: string): RemoteSocket | undefined {
    return this.#sockets.get(id);
  }

  /** From the node that holds a socket. */
  take(from: NodeId, message: RelayMessage): void {
    if (message.t === 'open') {
      const socket = new RemoteSocket(from, message.socket, (each) => this.#send(from, each));
      this.#sockets.set(socket.id, socket);
      socket.on('disconnect', () => this.#sockets.delete(socket.id));
      this.#accept(socket, message.meeting, message.address);
      return;
    }
    if (message.t !== 'request' && message.t !== 'gone') return;
    const socket = this.#sockets.get(`${from}${MARK}${message.socket}`);
    if (message.t === 'gone') socket?.lost();
    else if (socket) socket.request(message);
    // This node has given the meeting up meanwhile.
    else this.#send(from, { t: 'close', socket: message.socket, comeBack: true });
  }

  /** One message to each node, whatever number of its sockets an event is for. */
  send(ids: readonly string[], { name, data }: ServerEvent): void {
    const byNode = new Map<NodeId, string[]>();
    for (const id of ids) {
      const remote = this.#sockets.get(id);
      if (!remote) continue;
      const sockets = byNode.get(remote.node) ?? [];
      byNode.set(remote.node, sockets);
      sockets.push(remote.socket);
    }
    for (const [node, sockets] of byNode) this.#send(node, { t: 'event', sockets, name, data });
  }

  /** Has all of them come back to another owner. */
  breakOff(): void {
    for (const socket of [...this.#sockets.values()]) socket.breakOff();
  }

  /** A node died, with its sockets. */
  gone(node: NodeId): void {
    for (const socket of [...this.#sockets.values()]) if (socket.node === node) socket.lost();
  }

  #send(to: NodeId, message: RelayMessage): void {
    this.#cluster.send(to, message).catch((error: unknown) => {
      this.#log.warn({ error }, 'a relayed socket could not be reached');
      this.gone(to);
    });
  }
}
