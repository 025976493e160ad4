import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { CLIENT_VERSION, PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { freePort, Program } from '../support/childServer.ts';
import { founding, Host } from './http/genesis.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let url: string;
let server: Program;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-drain-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = new Program(process.execPath, ['server/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      SEALROOM_PORT: String(port),
      SEALROOM_DATA: join(folder, 'data'),
      SEALROOM_WORKERS: '1',
      SEALROOM_MEDIA_PORT: '0',
      MEDIASOUP_WORKER_BIN: await ensureWorkerBinary(),
    },
  });
  await server.says('Sealroom is ready');
});

afterAll(async () => {
  await server?.kill();
  await rm(folder, { recursive: true, force: true });
});

async function found(): Promise<{
  readonly status: number;
  readonly meeting: MeetingId;
  readonly code: string;
}> {
  const host = new Host();
  const response = await fetch(`${url}/api/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(founding(host.genesis())),
  });
  const { code = '' } = await response.json();
  return { status: response.status, meeting: host.meeting, code };
}

/** Connects to a meeting; resolves to the socket, or to the code of the refusal. */
function connect(meeting: MeetingId): Promise<Socket | string> {
  const socket = io(url, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin: url },
    auth: { protocol: PROTOCOL_VERSION, meeting, version: CLIENT_VERSION },
  });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error) => {
      const data: unknown = 'data' in error ? error.data : null;
      resolve(
        typeof data === 'object' && data !== null && 'code' in data ? String(data.code) : error.message,
      );
    });
  });
}

describe('a server that is told to drain', () => {
  it('goes on with the meetings it has, begins none, and stops when the last person has left', async () => {
    const [going, empty] = [await found(), await found()];
    const first = await connect(going.meeting);
    if (typeof first === 'string') throw new Error(first);

    process.kill(server.pid, 'SIGUSR2');
    await expect.poll(async () => (await fetch(`${url}/api/ready`)).status).toBe(503);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
    expect(await found()).toMatchObject({ status: 503, code: 'draining' });
    expect(await connect(empty.meeting)).toBe('draining');
    const second = await connect(going.meeting);
    if (typeof second === 'string') throw new Error(second);

    first.close();
    expect(second.connected).toBe(true);
    second.close();
    expect(await server.ended).toBe(0);
    expect(server.output).toContain('draining');
  });
});
