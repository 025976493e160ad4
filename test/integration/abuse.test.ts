import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../shared/errors.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { PUBLIC_URL, startTestServer, type TestServer } from '../support/server.ts';
import { founding, Host } from './http/genesis.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    patience: { headersTimeout: 400, requestTimeout: 800, connectionsCheckingInterval: 100 },
  });
}, 600_000);
afterAll(() => server.close());

const base = () => `http://127.0.0.1:${server.port}`;

/** A bare connection, and everything it is told until it is closed. */
function dial(): { socket: Socket; closed: Promise<string> } {
  const socket = connect(server.port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk.toString();
  });
  socket.on('error', () => undefined);
  return { socket, closed: once(socket, 'close').then(() => said) };
}

describe('requests that never end', () => {
  it('are cut off while they dribble in their heads, as others are answered', async () => {
    const slow = Array.from({ length: 50 }, dial);
    for (const { socket } of slow) socket.write('GET /api/health HTTP/1.1\r\nHost: x\r\n');
    const dribble = setInterval(() => {
      for (const { socket } of slow) socket.write('X-More: 1\r\n');
    }, 50);
    expect((await fetch(`${base()}/api/health`)).status).toBe(200);
    const answers = await Promise.all(slow.map(({ closed }) => closed));
    clearInterval(dribble);
    expect(new Set(answers.map((said) => said.split('\r\n')[0]))).toEqual(
      new Set(['HTTP/1.1 408 Request Timeout']),
    );
  });

  it('are cut off while they owe their bodies', async () => {
    const { socket, closed } = dial();
    socket.write(
      'POST /api/meetings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{',
    );
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('requests that swell', () => {
  it('are refused by what they unpack to', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
    expect(bomb.length).toBeLessThan(100_000);
    const response = await fetch(`${base()}/api/meetings`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: bomb,
    });
    expect(response.status).toBe(413);
    expect(failure.parse(await response.json()).code).toBe('too-large');
  });

  it('are refused with heads beyond what a browser sends', async () => {
    const { socket, closed } = dial();
    socket.write(`GET /api/health HTTP/1.1\r\nHost: x\r\nX-Much: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('find no compression to unpack on sockets', async () => {
    const { socket, closed } = dial();
    socket.write(
      [
        `GET ${SOCKET_PATH}/?EIO=4&transport=websocket HTTP/1.1`,
        `Host: 127.0.0.1:${server.port}`,
        `Origin: ${PUBLIC_URL}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
        '\r\n',
      ].join('\r\n'),
    );
    const [head] = await once(socket, 'data');
    socket.destroy();
    await closed;
    expect(String(head)).toMatch(/^HTTP\/1\.1 101 /);
    expect(String(head)).not.toMatch(/sec-websocket-extensions/i);
  });
});

describe('requests that name another server', () => {
  it('make this one talk to nobody', async () => {
    let asked = 0;
    const trap = createServer((_request, response) => {
      asked++;
      response.end();
    });
    trap.on('connection', () => asked++);
    trap.listen(0, '127.0.0.1');
    await once(trap, 'listening');
    // Listening on TCP, so the address is an AddressInfo.
    const { port } = trap.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/latest/meta-data`;
    const headers = {
      'Content-Type': 'application/json',
      Origin: PUBLIC_URL,
      'X-Sealroom': '1',
      Referer: url,
      Forwarded: `host=127.0.0.1:${port}`,
      'X-Forwarded-Host': `127.0.0.1:${port}`,
      'X-Original-Url': url,
    };
    const credential = {
      id: url,
      rawId: url,
      type: 'public-key',
      response: { clientDataJSON: url, x5u: url },
    };
    const attempts: readonly (readonly [path: string, body: unknown])[] = [
      ['/api/meetings', { ...founding(new Host().genesis()), url }],
      ['/api/account/provider', { nonce: 'n'.repeat(43), issuer: url, redirect: url }],
      ['/api/account/passkey', { credential }],
      ['/api/account/invite', { token: url }],
      ['/api/account/sign-out', { everywhere: url }],
    ];
    for (const [path, body] of attempts) {
      const response = await fetch(base() + path, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(response.ok, path).toBe(false);
      await response.arrayBuffer();
    }
    for (const path of [`/${url}`, `/api/account/provider/callback?iss=${url}&code=x&state=x`, `/m/${url}`]) {
      const response = await fetch(base() + path, { headers: { Referer: url }, redirect: 'manual' });
      const location = response.headers.get('location');
      expect(location === null || /^\/[^/\\]/.test(location), path).toBe(true);
      await response.arrayBuffer();
    }
    expect(asked).toBe(0);
    // The trap itself works.
    await fetch(url);
    expect(asked).toBeGreaterThan(0);
    trap.close();
    trap.closeAllConnections();
  });
});
