import type { MeetingId } from '../../shared/ids.ts';
import { ClusterUnavailable, type NodeId, NotOwner } from '../cluster/cluster.ts';
import { logTag } from '../log.ts';
import type { ClientSocket } from './clientSocket.ts';
import { Connection, type ConnectionParts } from './connection.ts';
import type { Meetings } from './meetings.ts';

export interface ServedSocketsParts extends Omit<ConnectionParts, 'address' | 'near'> {
  readonly meetings: Pick<Meetings, 'acquire'>;
  /** By when this server restarts, in milliseconds since 1970; null while it does not. */
  readonly drainsBy: () => number | null;
}

/** Where a socket comes from. */
export interface Origin {
  /** What it is counted under. */
  readonly address: string;
  /** The node that holds it. */
  readonly near: NodeId;
  /** Breaks the connection, so that the browser makes another. */
  readonly comeBack: () => void;
}

/** The sockets whose meetings are run here, whichever node holds them. */
export class ServedSockets {
  readonly #parts: ServedSocketsParts;
  readonly #sockets = new Set<ClientSocket>();

  constructor(parts: ServedSocketsParts) {
    this.#parts = parts;
  }

  /** Connects a socket to its meeting, until it disconnects. */
  serve(socket: ClientSocket, meeting: MeetingId, { address, near, comeBack }: Origin): void {
    const { meetings, drainsBy, log } = this.#parts;
    const { runtime, release } = meetings.acquire(meeting, comeBack);
    const connection = new Connection(socket, meeting, runtime, { ...this.#parts, address, near });
    log.debug({ meeting: logTag(meeting) }, 'socket connected');
    runtime.catch((error: unknown) => {
      if (error instanceof NotOwner || error instanceof ClusterUnavailable) return comeBack();
      log.error({ error, meeting: logTag(meeting) }, 'meeting did not load');
      connection.close('stopping');
    });
    const until = drainsBy();
    if (until !== null) socket.emit('server:draining', { until });
    this.#sockets.add(socket);
    socket.on('disconnect', (reason) => {
      log.debug({ meeting: logTag(meeting), reason }, 'socket disconnected');
      this.#sockets.delete(socket);
      release();
    });
  }

  /** Tells everyone by when this server restarts; null: it does not. */
  warn(until: number | null): void {
    for (const socket of this.#sockets) socket.emit('server:draining', { until });
  }
}
