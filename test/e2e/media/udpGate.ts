import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

const host = '127.0.0.1';

/** A stretch of network before the media server, which can be cut and mended: packets pass it both ways or not at all. */
export class UdpGate {
  /** Whether packets pass. */
  open = true;
  /** Of those that would pass, whether the next one is lost. */
  loses: () => boolean = () => false;
  readonly #fronts: Socket[] = [];
  readonly #backs: Socket[] = [];

  /** Puts the gate before a port; returns the port to use instead. */
  async front(port: number): Promise<number> {
    const front = await bound();
    this.#fronts.push(front);
    const backs = new Map<string, Promise<Socket>>();
    front.on('message', (packet, from) => {
      if (!this.open || this.loses()) return;
      const key = `${from.address}:${from.port}`;
      const back = backs.get(key) ?? this.#back(front, from);
      backs.set(key, back);
      void back.then((socket) => socket.send(packet, port, host));
    });
    return front.address().port;
  }

  close(): void {
    for (const socket of [...this.#fronts, ...this.#backs]) socket.close();
  }

  /** The gate's own socket towards the server for one browser socket. */
  async #back(front: Socket, from: RemoteInfo): Promise<Socket> {
    const back = await bound();
    this.#backs.push(back);
    back.on('message', (packet) => {
      if (this.open && !this.loses()) front.send(packet, from.port, from.address);
    });
    return back;
  }
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  return socket;
}
