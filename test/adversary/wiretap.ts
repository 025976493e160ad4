import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to the server that keeps every byte of both directions, WebSocket masks taken off too. */
export interface Wiretap {
  readonly origin: string;
  /** Everything as it went over the line, and the WebSocket payloads as both ends read them. */
  captured(): Buffer;
  close(): Promise<void>;
}

export async function tapWire(serverOrigin: string): Promise<Wiretap> {
  const { hostname, port } = new URL(serverOrigin);
  const lines: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const up: Buffer[] = [];
    const down: Buffer[] = [];
    lines.push(up, down);
    client.on('data', (bytes) => {
      up.push(Buffer.from(bytes));
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      down.push(Buffer.from(bytes));
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const own = (server.address() as AddressInfo).port;
  return {
    origin: `http://127.0.0.1:${own}`,
    captured() {
      const directions = lines.map((chunks) => Buffer.concat(chunks));
      return Buffer.concat(directions.flatMap((bytes) => [bytes, ...payloads(bytes)]));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The payloads of WebSocket frames after the upgrade (RFC 6455 section 5.2), unmasked. */
function payloads(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let at = bytes.indexOf('\r\n\r\n') + 4;
  if (at < 4 || !/upgrade: *websocket/i.test(bytes.subarray(0, at).toString('latin1'))) return found;
  while (at + 2 <= bytes.length) {
    const second = bytes.readUInt8(at + 1);
    let length = second & 127;
    let header = 2;
    if (length === 126) {
      if (at + 4 > bytes.length) break;
      length = bytes.readUInt16BE(at + 2);
      header = 4;
    } else if (length === 127) {
      if (at + 10 > bytes.length) break;
      length = Number(bytes.readBigUInt64BE(at + 2));
      header = 10;
    }
    const masked = (second & 128) !== 0;
    const start = at + header + (masked ? 4 : 0);
    if (start + length > bytes.length) break;
    const payload = Buffer.from(bytes.subarray(start, start + length));
    if (masked)
      for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (bytes[start - 4 + (i % 4)] ?? 0);
    found.push(payload);
    at = start + length;
  }
  return found;
}
