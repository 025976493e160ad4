import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Recorded {
  readonly toServer: Buffer[];
  readonly toBrowser: Buffer[];
}

/**
 * The network between one browser and the server, page and signalling: carries TCP, writes down every byte, and can
 * be cut. Media does not pass here.
 */
export class Wire {
  readonly #server: Server;
  readonly #target: () => number;
  readonly #open = new Set<Socket>();
  readonly #recorded: Recorded[] = [];
  /** Server's end and browser's end of each connection. */
  readonly #hearing = new Set<readonly [Socket, Socket]>();
  #cut = false;
  #frozen = false;

  private constructor(target: () => number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#carry(socket));
  }

  /** A wire to a port of this machine, asked at each connection. */
  static async open(target: () => number): Promise<Wire> {
    const wire = new Wire(target);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the wire is closed');
    return address.port;
  }

  /** Breaks what is connected and refuses what comes, until `mend`. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  /** Keeps from the browser all that the server says from now on; what the browser says still arrives. */
  deafen(): void {
    for (const [far, near] of this.#hearing) {
      far.unpipe(near);
      // Read and dropped, so that the server sees a connection in order.
      far.resume();
    }
  }

  /** Nothing passes any more, on this connection or a later one, and neither end is told: the server waits on. */
  freeze(): void {
    this.#frozen = true;
    for (const [far, near] of this.#hearing) {
      far.unpipe(near).resume();
      near.unpipe(far).resume();
    }
  }

  /** What the server was sent, WebSocket messages unmasked, one buffer per connection. */
  toServer(): Buffer[] {
    return this.#recorded.map(({ toServer }) => unframe(Buffer.concat(toServer)));
  }

  /** What the server sent, WebSocket messages without their frames, one buffer per connection. */
  toBrowser(): Buffer[] {
    return this.#recorded.map(({ toBrowser }) => unframe(Buffer.concat(toBrowser)));
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #carry(near: Socket): void {
    if (this.#cut) {
      near.destroy();
      return;
    }
    if (this.#frozen) {
      this.#open.add(near);
      near.on('error', () => undefined);
      near.resume();
      return;
    }
    const recorded: Recorded = { toServer: [], toBrowser: [] };
    this.#recorded.push(recorded);
    const far = connect(this.#target(), '127.0.0.1');
    const pair = [far, near] as const;
    this.#hearing.add(pair);
    near.on('close', () => this.#hearing.delete(pair));
    near.on('data', (bytes: Buffer) => recorded.toServer.push(bytes));
    far.on('data', (bytes: Buffer) => recorded.toBrowser.push(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      const endOther = () => {
        if (!this.#frozen || this.#cut) other.destroy();
      };
      one.on('error', endOther);
      one.on('close', () => {
        this.#open.delete(one);
        endOther();
      });
    }
  }
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** A connection's bytes with the WebSocket messages after an upgrade in clear; other bytes as they are. */
function unframe(bytes: Buffer): Buffer {
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(HEAD_END, from);
    if (end < 0) return bytes;
    const head = bytes.subarray(from, end).toString('latin1');
    from = end + HEAD_END.length;
    if (/^upgrade: websocket/im.test(head)) break;
  }
  const parts = [bytes.subarray(0, from)];
  let at = from;
  for (;;) {
    const frame = readFrame(bytes, at);
    if (frame === null) break;
    parts.push(frame.payload);
    at = frame.end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

/** One WebSocket frame (RFC 6455 section 5.2), unmasked; null when it is not whole. */
function readFrame(bytes: Buffer, at: number): { readonly payload: Buffer; readonly end: number } | null {
  if (at + 2 > bytes.length) return null;
  const second = bytes.readUInt8(at + 1);
  const masked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
  const keyAt = at + 2 + wide;
  const bodyAt = keyAt + (masked ? 4 : 0);
  if (bodyAt > bytes.length) return null;
  const length =
    wide === 0 ? short : wide === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  const end = bodyAt + length;
  if (end > bytes.length) return null;
  const payload = Buffer.from(bytes.subarray(bodyAt, end));
  if (masked) {
    for (let i = 0; i < payload.length; i += 1) {
      payload[i] = (payload[i] ?? 0) ^ (bytes[keyAt + (i % 4)] ?? 0);
    }
  }
  return { payload, end };
}
