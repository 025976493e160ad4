import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';

/** A way for packets to one port and back, like a browser's. */
export interface Path {
  send(packet: Buffer): void;
  /** Takes each packet that comes from now on. Returns the way to stop. */
  onPacket(take: (packet: Buffer) => void): () => void;
  /** Idempotent. */
  close(): Promise<void>;
}

const PATIENCE_MS = 2_000;

/** Hands packets to whoever listens. */
export class Listeners {
  readonly #all = new Set<(packet: Buffer) => void>();

  readonly add = (take: (packet: Buffer) => void): (() => void) => {
    this.#all.add(take);
    return () => this.#all.delete(take);
  };

  tell(packet: Buffer): void {
    for (const take of [...this.#all]) take(packet);
  }
}

/** UDP from a port of its own. */
export function udpPath(host: string, port: number): Path {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const listeners = new Listeners();
  let open = true;
  socket.on('message', (packet) => listeners.tell(packet));
  // A port where nobody listens shows by no answer.
  socket.on('error', () => undefined);
  return {
    send: (packet) => {
      if (open) socket.send(packet, port, host, () => undefined);
    },
    onPacket: listeners.add,
    close: async () => {
      if (open) socket.close();
      open = false;
    },
  };
}

/** TCP, each packet with its length before it, as ICE has it (RFC 4571). Rejects where nobody accepts. */
export async function tcpPath(host: string, port: number): Promise<Path> {
  const socket = connect({ host, port });
  const listeners = new Listeners();
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.on('error', () => undefined);
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      listeners.tell(received.subarray(2, end));
      received = received.subarray(end);
    }
  });
  return {
    send: (packet) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(packet.length);
      socket.write(Buffer.concat([length, packet]));
    },
    onPacket: listeners.add,
    close: async () => void socket.destroy(),
  };
}
